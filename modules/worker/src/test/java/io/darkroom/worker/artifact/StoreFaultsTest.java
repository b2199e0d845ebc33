package io.darkroom.worker.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import io.darkroom.artifacts.ObjectStoreException;
import io.darkroom.artifacts.ObjectStoreException.Kind;
import io.darkroom.contract.error.ErrorCode;
import io.darkroom.contract.error.ErrorKind;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Whose fault a fault of the store is. */
class StoreFaultsTest {
    @ParameterizedTest
    @CsvSource({
        "s3://in/x.png, TRANSIENT, STORE_UNAVAILABLE, true",
        "s3://in/x.png, MISCONFIGURED, STORE_UNAVAILABLE, true",
        "s3://in/x.png, CORRUPT, STORE_UNAVAILABLE, true",
        "https://user.example/x.png, TRANSIENT, INPUT_UNAVAILABLE, false",
        "https://user.example/x.png, DENIED, URI_NOT_ALLOWED, false",
        "s3://in/x.png, NOT_FOUND, INPUT_NOT_FOUND, false",
        "s3://in/x.png, TOO_LARGE, INPUT_REJECTED, false"
    })
    void readingWhatAUserNamed(String uri, Kind kind, ErrorCode code, boolean workersOwn) {
        ErrorCode found = StoreFaults.onUserInput(uri, new ObjectStoreException(kind, "x"))
                .code();

        assertThat(found).isEqualTo(code);
        assertThat(found.isWorkersOwn()).isEqualTo(workersOwn);
    }

    @ParameterizedTest
    @EnumSource
    void whatWorkersWriteAndHandOnIsNeverTheUsersFault(Kind kind) {
        ObjectStoreException failure = new ObjectStoreException(kind, "x");

        assertThat(StoreFaults.onWrite(failure).code().isWorkersOwn()).isTrue();
        assertThat(StoreFaults.onArtifact(failure).code().kind()).isNotEqualTo(ErrorKind.USER);
        assertThat(StoreFaults.onKept(failure).code().kind()).isNotEqualTo(ErrorKind.USER);
    }
}
