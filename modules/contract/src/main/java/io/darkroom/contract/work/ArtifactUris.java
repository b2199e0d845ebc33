package io.darkroom.contract.work;

import io.darkroom.contract.uri.UriPolicy;
import io.darkroom.contract.wire.ArtifactPointer;
import io.darkroom.contract.wire.AttemptKey;
import java.util.regex.Pattern;

/**
 * Which names of files an attempt may give: {@code <prefix>/<tenant>/<id>/<run>/<work item>/<attempt>/<sha256>.<ext>}, and {@code
 * <prefix>/<tenant>/kept/<name>/<sha256>.<ext>} of what is kept beyond its job. Whatever else a worker reports, it cannot point to
 * another job's files, or to another tenant's.
 */
public final class ArtifactUris {
    private static final Pattern EXTENSION = Pattern.compile("[a-z0-9]{1,16}");

    private ArtifactUris() {}

    /**
     * @param prefix below which the attempt had to write; ends with a slash
     */
    public static boolean isOfAttempt(ArtifactPointer file, String prefix, AttemptKey attempt) {
        return isPlain(file.getUri()) && isFile(file, prefix + folder(attempt));
    }

    /** The same below a prefix that only workers know. */
    public static boolean isOfAttempt(ArtifactPointer file, AttemptKey attempt) {
        return isBelowSomePrefix(file, "/" + folder(attempt));
    }

    /**
     * @param keptAs what the work item is kept as; not empty
     */
    public static boolean isKept(ArtifactPointer file, String tenant, String keptAs) {
        return isBelowSomePrefix(file, "/" + tenant + "/kept/" + keptAs + "/");
    }

    private static String folder(AttemptKey attempt) {
        return attempt.getJob().getTenant() + "/" + attempt.getJob().getId() + "/"
                + attempt.getJob().getRun() + "/" + attempt.getIndex() + "/" + attempt.getAttempt() + "/";
    }

    private static boolean isBelowSomePrefix(ArtifactPointer file, String folder) {
        int slash = file.getUri().lastIndexOf(folder);
        return slash > 0 && isPlain(file.getUri()) && isFile(file, file.getUri().substring(0, slash) + folder);
    }

    /** A file of that folder itself, named by its digest. */
    private static boolean isFile(ArtifactPointer file, String folder) {
        String start = folder + file.getSha256() + ".";
        return file.getUri().startsWith(start)
                && EXTENSION.matcher(file.getUri().substring(start.length())).matches();
    }

    private static boolean isPlain(String uri) {
        return UriPolicy.faultOfForm(uri).isEmpty() && !uri.startsWith("https:");
    }
}
