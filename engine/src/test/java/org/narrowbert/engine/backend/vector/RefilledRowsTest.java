package org.narrowbert.engine.backend.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.Test;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendOptions;
import org.narrowbert.engine.backend.Backends;
import org.narrowbert.engine.backend.Kernels;
import org.narrowbert.engine.random.DropoutMask;
import org.narrowbert.engine.tensor.Buffer;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.tensor.Rows;

/** Row sets look at arrays that the next batch fills again: a kernel that is given one too late must not touch foreign memory. */
class RefilledRowsTest {
    private static final int ROWS = 6;
    private static final int COLUMNS = 8;

    private record Wrong(int[] offsets, int[] tokens, String message) {}

    private static final int[] TOKENS = {0, 1, 2, 3, 4, 5};
    private static final int[] OFFSETS = {0, 2, 6};

    private static final List<Wrong> WRONG_SEQUENCES = List.of(
            new Wrong(new int[] {0, 2, 1 << 20}, TOKENS, "sequences end at row 1048576 of 6"),
            new Wrong(new int[] {0, 2, 5}, TOKENS, "sequences end at row 5 of 6"),
            new Wrong(new int[] {-3, 2, 6}, TOKENS, "sequence 0 has the rows from -3 to 2"),
            new Wrong(new int[] {0, 7, 6}, TOKENS, "sequence 1 has the rows from 7 to 6"));

    private static final List<Wrong> WRONG_TOKENS = List.of(
            new Wrong(OFFSETS, new int[] {0, 1, 1, 3, 4, 5}, "row 2 stands for token 1, but the row before it for 1"),
            new Wrong(OFFSETS, new int[] {0, 1, 2, 3, 5, 4}, "row 5 stands for token 4, but the row before it for 5"),
            new Wrong(OFFSETS, new int[] {-1, 1, 2, 3, 4, 5}, "row 0 stands for token -1"),
            new Wrong(OFFSETS, new int[] {0, 1, 2, 3, 4, 6}, "has 6 rows"));

    private static Matrix matrix(Buffer buffer, int number, int rows, int columns) {
        return Matrix.dense(buffer, number * 64L, rows, columns);
    }

    @Test
    void kernelsThatGoBySequencesCheckThemBeforeTheyReadOrWrite() {
        check(
                WRONG_SEQUENCES,
                List.of(
                        (kernels, f) -> kernels.embed(f.rows, new int[ROWS], new int[ROWS], f.a, f.b, f.c, f.d),
                        (kernels, f) -> kernels.embedGradient(
                                f.rows, new int[ROWS], new int[ROWS], f.a, f.b, true, f.c, true, f.d, true),
                        (kernels, f) -> kernels.attention(
                                f.a, f.rows, f.b, f.c, f.sound, 4, DropoutMask.NONE, f.logSumExp, f.d),
                        (kernels, f) -> kernels.attention(
                                f.a, f.sound, f.b, f.c, f.rows, 4, DropoutMask.NONE, f.logSumExp, f.d)));
    }

    @Test
    void kernelsThatMoveRowsCheckWhereToBeforeTheyReadOrWrite() {
        check(
                WRONG_TOKENS,
                List.of(
                        (kernels, f) -> kernels.gather(f.a, f.rows, f.b),
                        (kernels, f) -> kernels.gatherGradient(f.a, f.rows, f.b, true),
                        (kernels, f) -> kernels.merge(f.a, f.b, f.rows, f.c),
                        (kernels, f) -> kernels.mergeGradient(f.a, f.rows, f.b, true, f.c, true)));
    }

    private static void check(List<Wrong> wrongs, List<BiConsumer<Kernels, Fixture>> calls) {
        try (Backend backend = Backends.find().named("vector").open(new BackendOptions(2));
                Buffer buffer = backend.allocate(1024)) {
            for (BiConsumer<Kernels, Fixture> call : calls) {
                Fixture fixture = new Fixture(buffer);
                call.accept(backend.kernels(), fixture);
                for (Wrong wrong : wrongs) {
                    fixture.refill(wrong);
                    float[] before = Matrix.dense(buffer, 0, 1, 1024).toArray();
                    assertThatThrownBy(() -> call.accept(backend.kernels(), fixture))
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessageContaining(wrong.message);
                    assertThat(Matrix.dense(buffer, 0, 1, 1024).toArray()).isEqualTo(before);
                }
            }
        }
    }

    /** Six rows in two sequences over arrays that can be filled again, and matrices for them. */
    private static final class Fixture {
        final int[] offsets = OFFSETS.clone();
        final int[] tokens = TOKENS.clone();
        final Rows rows = Rows.of(2, offsets, tokens);
        final Rows sound = Rows.of(2, offsets.clone(), tokens.clone());
        final Matrix a;
        final Matrix b;
        final Matrix c;
        final Matrix d;
        final Matrix logSumExp;

        Fixture(Buffer buffer) {
            a = matrix(buffer, 0, ROWS, COLUMNS);
            b = matrix(buffer, 1, ROWS, COLUMNS);
            c = matrix(buffer, 2, ROWS, COLUMNS);
            d = matrix(buffer, 3, ROWS, COLUMNS);
            logSumExp = matrix(buffer, 6, ROWS, 4);
        }

        void refill(Wrong wrong) {
            System.arraycopy(wrong.offsets, 0, offsets, 0, offsets.length);
            System.arraycopy(wrong.tokens, 0, tokens, 0, tokens.length);
        }
    }
}
