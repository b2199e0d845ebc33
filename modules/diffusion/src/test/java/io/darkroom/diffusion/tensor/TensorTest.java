package io.darkroom.diffusion.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class TensorTest {
    private static final Tensor TWO_ROWS = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);

    @Test
    void repeatingTilesAndInterleavingKeepsEqualRowsTogether() {
        assertThat(TWO_ROWS.repeatRows(2).data()).containsExactly(1, 2, 3, 4, 1, 2, 3, 4);
        assertThat(TWO_ROWS.interleaveRows(2).data()).containsExactly(1, 2, 1, 2, 3, 4, 3, 4);
    }

    @Test
    void concatenatingRowsGivesTheTensorBack() {
        Tensor joined = Tensor.concat(List.of(TWO_ROWS.row(0), TWO_ROWS.row(1)));
        assertThat(joined.shape()).containsExactly(2, 2);
        assertThat(joined.data()).isEqualTo(TWO_ROWS.data());
    }

    @Test
    void aShapeThatDoesNotHoldTheValuesIsRefused() {
        assertThatThrownBy(() -> Tensor.of(new float[3], 2, 2)).hasMessageContaining("[2, 2] does not hold 3");
        assertThatThrownBy(() -> TWO_ROWS.plus(Tensor.zeros(4))).hasMessageContaining("shapes differ");
        assertThatThrownBy(() -> Tensor.concat(List.of(TWO_ROWS, Tensor.zeros(1, 3))))
                .hasMessageContaining("rows differ");
    }

    @Test
    void oneNanMakesItNotFinite() {
        assertThat(TWO_ROWS.isFinite()).isTrue();
        assertThat(TWO_ROWS.times(Float.NaN).isFinite()).isFalse();
    }
}
