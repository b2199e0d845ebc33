package io.darkroom.artifacts;

import io.darkroom.artifacts.ObjectStoreException.Kind;
import io.minio.errors.ErrorResponseException;
import io.minio.errors.InvalidResponseException;
import io.minio.errors.MinioException;
import io.minio.errors.ServerException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLException;

/**
 * What the many ways of MinIO's client to fail mean. The server's own words are left out: they
 * repeat key names.
 */
final class S3Errors {
    private S3Errors() {}

    static ObjectStoreException mapped(URI uri, Exception e) {
        return switch (e) {
            case ObjectStoreException known -> known;
            case ErrorResponseException answer -> fromAnswer(uri, answer);
            case ServerException answer -> fromStatus(uri, answer.statusCode(), e);
            case InvalidResponseException answer ->
                new ObjectStoreException(
                        Kind.TRANSIENT, uri, "what answers at the endpoint is no S3 server, or is out of order", e);
            case MinioException other ->
                new ObjectStoreException(
                        Kind.TRANSIENT,
                        uri,
                        "the store's answer cannot be understood ("
                                + other.getClass().getSimpleName()
                                + ")",
                        e);
            case SSLException tls ->
                new ObjectStoreException(
                        Kind.TRANSIENT, uri, "no secure connection to the store: " + tls.getMessage(), e);
            case InterruptedIOException late ->
                new ObjectStoreException(Kind.TRANSIENT, uri, "the store did not answer in time", e);
            case IOException network ->
                new ObjectStoreException(
                        Kind.TRANSIENT, uri, "the store did not answer, or not in full (" + describe(network) + ")", e);
            case ExecutionException wrapped when wrapped.getCause() instanceof Exception cause -> mapped(uri, cause);
            default -> new ObjectStoreException(Kind.INVALID, uri, "the store's client refuses: " + e.getMessage(), e);
        };
    }

    private static String describe(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private static ObjectStoreException fromAnswer(URI uri, ErrorResponseException e) {
        String code = e.errorResponse().code() == null ? "" : e.errorResponse().code();
        return switch (code) {
            case "NoSuchBucket" ->
                new ObjectStoreException(Kind.NOT_FOUND, uri, "the bucket does not exist; make it or name another", e);
            case "NoSuchKey", "NoSuchObject", "NoSuchVersion" ->
                new ObjectStoreException(Kind.NOT_FOUND, uri, "there is no such object", e);
            case "AccessDenied" ->
                new ObjectStoreException(Kind.DENIED, uri, "the store's policy does not allow this", e);
            case "InvalidAccessKeyId", "SignatureDoesNotMatch", "InvalidToken", "ExpiredToken" ->
                new ObjectStoreException(
                        Kind.MISCONFIGURED, uri, "the store does not accept the credentials (" + code + ")", e);
            case "RequestTimeTooSkewed" ->
                new ObjectStoreException(
                        Kind.MISCONFIGURED, uri, "this machine's clock differs too much from the store's", e);
            case "EntityTooLarge" ->
                new ObjectStoreException(Kind.TOO_LARGE, uri, "the object is larger than the store accepts", e);
            case "SlowDown", "ServiceUnavailable", "InternalError", "RequestTimeout", "OperationAborted", "BadDigest" ->
                transientFault(uri, code, e);
            default -> fromStatus(uri, e.response() == null ? 0 : e.response().code(), e);
        };
    }

    private static ObjectStoreException fromStatus(URI uri, int status, Exception e) {
        if (status >= 500 || status == 408 || status == 429) {
            return transientFault(uri, "HTTP " + status, e);
        }
        return switch (status) {
            case 401, 403 ->
                new ObjectStoreException(
                        Kind.DENIED, uri, "the store does not allow this, or does not accept the credentials", e);
            case 404 -> new ObjectStoreException(Kind.NOT_FOUND, uri, "there is no such object", e);
            default ->
                new ObjectStoreException(
                        Kind.INVALID, uri, "the store does not accept the request (HTTP " + status + ")", e);
        };
    }

    private static ObjectStoreException transientFault(URI uri, String code, Exception e) {
        return new ObjectStoreException(
                Kind.TRANSIENT, uri, "the store is overloaded or out of order (" + code + ")", e);
    }
}
