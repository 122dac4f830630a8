package org.narrowbert.ffm.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.narrowbert.ffm.memory.NativeMemory;

class MatrixConversionTest {
    private static float rounded(float value) {
        return Float.intBitsToFloat(MatrixConversion.rounded(Float.floatToRawIntBits(value)));
    }

    @Test
    void roundsToTheNearestBfloat16AndToAnEvenOneInTheMiddle() {
        assertThat(rounded(1)).isEqualTo(1);
        assertThat(rounded(0x1.01p0F)).isEqualTo(1F);
        assertThat(rounded(0x1.0101p0F)).isEqualTo(0x1.02p0F);
        assertThat(rounded(0x1.03p0F)).isEqualTo(0x1.04p0F);
        assertThat(rounded(-0x1.02ffp0F)).isEqualTo(-0x1.02p0F);
        assertThat(rounded(Float.MAX_VALUE)).isEqualTo(Float.POSITIVE_INFINITY);
        assertThat(rounded(Float.NEGATIVE_INFINITY)).isEqualTo(Float.NEGATIVE_INFINITY);
        assertThat(rounded(Float.intBitsToFloat(0x7F800001))).isNaN();
        assertThat(rounded(Float.intBitsToFloat(0xFFFFFFFF))).isNaN();
    }

    @Test
    void rowsThatLieApartAreWrittenEndToEnd() {
        try (NativeMemory from = NativeMemory.open(10 * Float.BYTES);
                NativeMemory to = NativeMemory.open(6 * Float.BYTES)) {
            for (int index = 0; index < 10; index++) {
                from.segment().setAtIndex(ValueLayout.JAVA_FLOAT, index, index + 0x1p-10F);
            }
            new MatrixConversion(2, 3, 7).round(from.address(), to.address());
            assertThat(to.segment().toArray(ValueLayout.JAVA_FLOAT)).containsExactly(0x1p-10F, 1, 2, 7, 8, 9);
        }
    }
}
