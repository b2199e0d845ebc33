package io.darkroom.artifacts;

import io.darkroom.artifacts.ObjectStoreException.Kind;
import java.net.URI;
import java.util.Locale;

/**
 * The form that a URI of an object must have, so that its text is its meaning: a check of prefixes
 * on the text would otherwise be a check of something else.
 */
final class UriForm {
    private UriForm() {}

    static void check(URI uri, String scheme) throws ObjectStoreException {
        if (!scheme.equals(scheme(uri))) {
            throw new ObjectStoreException(Kind.INVALID, uri, "the scheme must be " + scheme);
        }
        if (uri.getRawUserInfo() != null) {
            throw new ObjectStoreException(Kind.INVALID, uri, "the URI must not carry a user name or password");
        }
        if (uri.getRawFragment() != null) {
            throw new ObjectStoreException(Kind.INVALID, uri, "the URI must not have a fragment (#)");
        }
        if (uri.getRawQuery() != null && !scheme.equals("https")) {
            throw new ObjectStoreException(Kind.INVALID, uri, "the URI must not have a query (?)");
        }
        if (uri.getPath() == null || !uri.getPath().startsWith("/")) {
            throw new ObjectStoreException(Kind.INVALID, uri, "the URI has no path: " + scheme + "://.../name");
        }
        checkPath(uri);
    }

    private static void checkPath(URI uri) throws ObjectStoreException {
        String path = uri.getPath();
        if (path.chars().anyMatch(c -> c < ' ' || c == 0x7f || c == '\\')) {
            throw new ObjectStoreException(Kind.INVALID, uri, "the path holds a control character or a backslash");
        }
        if (uri.getRawPath().toLowerCase(Locale.ROOT).contains("%2f")) {
            throw new ObjectStoreException(Kind.INVALID, uri, "the path holds an escaped slash (%2F)");
        }
        String[] segments = path.substring(1).split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            boolean last = i == segments.length - 1;
            if (segments[i].equals(".") || segments[i].equals("..") || segments[i].isEmpty() && !last) {
                throw new ObjectStoreException(
                        Kind.INVALID, uri, "the path has an empty segment, \".\" or \"..\"; write it out");
            }
        }
    }

    static String scheme(URI uri) {
        return uri.getScheme() == null ? "" : uri.getScheme();
    }
}
