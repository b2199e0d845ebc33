package io.darkroom.artifacts;

import io.darkroom.contract.error.ErrorKind;
import java.io.IOException;
import java.net.URI;

/** An object could not be read or written. The message names it and says what would be right. */
public final class ObjectStoreException extends IOException {
    private static final long serialVersionUID = 1L;

    /** What is to be done about it. */
    public enum Kind {
        /** No such object, or no such bucket. */
        NOT_FOUND(ErrorKind.USER),
        /** The store knows us and says no. */
        DENIED(ErrorKind.USER),
        /** This process's own credentials, clock or configuration keep it from the store: the operator's to mend. */
        MISCONFIGURED(ErrorKind.INTERNAL),
        /** The store did not answer, not in time or not in full; a retry may succeed. */
        TRANSIENT(ErrorKind.TRANSIENT),
        /** The object has more bytes than the reader allows. */
        TOO_LARGE(ErrorKind.USER),
        /** The URI or the answer makes no sense; a retry would fail again. */
        INVALID(ErrorKind.USER),
        /**
         * The bytes are not those that the digest promised; reading again, or writing anew, may
         * help.
         */
        CORRUPT(ErrorKind.TRANSIENT);

        private final ErrorKind errorKind;

        Kind(ErrorKind errorKind) {
            this.errorKind = errorKind;
        }

        public ErrorKind errorKind() {
            return errorKind;
        }
    }

    private final Kind kind;

    public ObjectStoreException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public ObjectStoreException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    ObjectStoreException(Kind kind, URI uri, String message) {
        this(kind, shown(uri) + ": " + message);
    }

    ObjectStoreException(Kind kind, URI uri, String message, Throwable cause) {
        this(kind, shown(uri) + ": " + message, cause);
    }

    public Kind kind() {
        return kind;
    }

    /** A query may hold a signature, the user's part a password: neither belongs into a message. */
    private static String shown(URI uri) {
        String host = uri.getHost() == null ? "" : uri.getHost();
        String authority = uri.getRawUserInfo() == null && uri.getRawAuthority() != null ? uri.getRawAuthority() : host;
        return uri.getScheme() + "://" + authority + (uri.getRawPath() == null ? "" : uri.getRawPath());
    }
}
