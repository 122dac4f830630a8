package org.narrowbert.engine.check;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.tensor.Rows;

/**
 * Random ragged batches, edge cases included: empty sequences, one row, one sequence, no narrow row, every row narrow.
 *
 * @param vocabulary number of ids
 * @param tokenTypes number of token types
 * @param maxSequences most sequences in a batch
 * @param maxLength most tokens in a sequence
 */
public record RandomBatches(int vocabulary, int tokenTypes, int maxSequences, int maxLength) {

    /** A batch drawn from a random generator. */
    public Batch next(RandomGenerator random) {
        int sequences = 1 + random.nextInt(maxSequences);
        int[] offsets = new int[sequences + 1];
        for (int sequence = 0; sequence < sequences; sequence++) {
            int length = switch (random.nextInt(6)) {
                case 0 -> random.nextInt(2);
                case 1 -> maxLength;
                default -> random.nextInt(maxLength + 1);
            };
            offsets[sequence + 1] = offsets[sequence] + length;
        }
        int tokens = offsets[sequences];
        int[] all = new int[tokens];
        Arrays.setAll(all, row -> row);
        Rows narrow = subset(sequences, offsets, share(random), random);
        return Batch.of(
                        Rows.of(sequences, offsets, all),
                        random.ints(tokens, 0, vocabulary).toArray(),
                        random.ints(tokens, 0, tokenTypes).toArray(),
                        narrow,
                        random.ints(narrow.count(), 0, vocabulary).toArray())
                .keeping(subset(sequences, offsets, share(random), random));
    }

    private static double share(RandomGenerator random) {
        return switch (random.nextInt(5)) {
            case 0 -> 0;
            case 1 -> 1;
            default -> random.nextDouble();
        };
    }

    private static Rows subset(int sequences, int[] offsets, double share, RandomGenerator random) {
        int[] starts = new int[sequences + 1];
        int[] tokens = new int[offsets[sequences]];
        int count = 0;
        for (int sequence = 0; sequence < sequences; sequence++) {
            for (int row = offsets[sequence]; row < offsets[sequence + 1]; row++) {
                if (random.nextDouble() < share) {
                    tokens[count++] = row;
                }
            }
            starts[sequence + 1] = count;
        }
        return Rows.of(sequences, starts, Arrays.copyOf(tokens, count));
    }
}
