package org.narrowbert.engine.backend.reference;

import org.narrowbert.engine.random.DropoutMask;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.tensor.Rows;

/** Scaled dot-product attention, one query row and head at a time. */
final class AttentionReference {
    private AttentionReference() {}

    static void attention(
            Matrix query,
            Rows queryRows,
            Matrix key,
            Matrix value,
            Rows keyRows,
            int heads,
            DropoutMask dropout,
            Matrix logSumExp,
            Matrix output) {
        int width = query.columns() / heads;
        Check.shape("query", query, queryRows.count(), heads * width);
        Check.shape("key", key, keyRows.count(), heads * width);
        Check.shape("value", value, keyRows.count(), heads * width);
        Check.shape("logSumExp", logSumExp, queryRows.count(), heads);
        Check.shape("output", output, queryRows.count(), heads * width);
        for (int sequence = 0; sequence < queryRows.sequences(); sequence++) {
            int first = keyRows.start(sequence);
            int keys = keyRows.end(sequence) - first;
            for (int row = queryRows.start(sequence); row < queryRows.end(sequence); row++) {
                for (int head = 0; head < heads; head++) {
                    double[] scores = scores(query, row, key, first, keys, head * width, width);
                    double denominator = logSumExp(scores);
                    logSumExp.set(row, head, denominator);
                    double[] kept = mask(dropout, queryRows.token(row), head, keyRows, first, keys);
                    for (int column = head * width; column < (head + 1) * width; column++) {
                        double sum = 0;
                        for (int k = 0; k < keys; k++) {
                            sum += Math.exp(scores[k] - denominator) * kept[k] * value.get(first + k, column);
                        }
                        output.set(row, column, sum);
                    }
                }
            }
        }
    }

    static void gradient(
            Matrix query,
            Rows queryRows,
            Matrix key,
            Matrix value,
            Rows keyRows,
            int heads,
            DropoutMask dropout,
            Matrix logSumExp,
            Matrix output,
            Matrix outputGradient,
            Matrix delta,
            Matrix queryGradient,
            boolean accumulateQuery,
            Matrix keyGradient,
            boolean accumulateKey,
            Matrix valueGradient,
            boolean accumulateValue) {
        int width = query.columns() / heads;
        Check.shape("outputGradient", outputGradient, queryRows.count(), heads * width);
        Check.shape("queryGradient", queryGradient, queryRows.count(), heads * width);
        Check.shape("keyGradient", keyGradient, keyRows.count(), heads * width);
        Check.shape("valueGradient", valueGradient, keyRows.count(), heads * width);
        clear(queryGradient, accumulateQuery);
        clear(keyGradient, accumulateKey);
        clear(valueGradient, accumulateValue);
        double scale = 1 / Math.sqrt(width);
        for (int sequence = 0; sequence < queryRows.sequences(); sequence++) {
            int first = keyRows.start(sequence);
            int keys = keyRows.end(sequence) - first;
            for (int row = queryRows.start(sequence); row < queryRows.end(sequence); row++) {
                for (int head = 0; head < heads; head++) {
                    int from = head * width;
                    double[] scores = scores(query, row, key, first, keys, from, width);
                    double[] kept = mask(dropout, queryRows.token(row), head, keyRows, first, keys);
                    double rowDelta = dot(output, row, outputGradient, row, from, width);
                    delta.set(row, head, rowDelta);
                    for (int k = 0; k < keys; k++) {
                        double probability = Math.exp(scores[k] - logSumExp.get(row, head));
                        double probabilityGradient = kept[k] * dot(outputGradient, row, value, first + k, from, width);
                        double scoreGradient = probability * (probabilityGradient - rowDelta) * scale;
                        for (int column = from; column < from + width; column++) {
                            valueGradient.add(
                                    first + k, column, probability * kept[k] * outputGradient.get(row, column));
                            queryGradient.add(row, column, scoreGradient * key.get(first + k, column));
                            keyGradient.add(first + k, column, scoreGradient * query.get(row, column));
                        }
                    }
                }
            }
        }
    }

    private static double[] scores(Matrix query, int row, Matrix key, int firstKey, int keys, int from, int width) {
        double[] scores = new double[keys];
        for (int k = 0; k < keys; k++) {
            scores[k] = dot(query, row, key, firstKey + k, from, width) / Math.sqrt(width);
        }
        return scores;
    }

    static double logSumExp(double[] scores) {
        double largest = Double.NEGATIVE_INFINITY;
        for (double score : scores) {
            largest = Math.max(largest, score);
        }
        double sum = 0;
        for (double score : scores) {
            sum += Math.exp(score - largest);
        }
        return largest + Math.log(sum);
    }

    /** For each key 0 if its probability is dropped, else what it is multiplied by. */
    static double[] mask(DropoutMask dropout, int queryToken, int head, Rows keyRows, int firstKey, int keys) {
        double[] kept = new double[keys];
        long rowKey = dropout.rowKey(queryToken, head);
        for (int k = 0; k < keys; k++) {
            boolean keeps =
                    !dropout.active() || dropout.keeps(rowKey, dropout.firstToken() + keyRows.token(firstKey + k));
            kept[k] = keeps ? 1 / (1 - (double) dropout.rate()) : 0;
        }
        return kept;
    }

    private static double dot(Matrix a, int aRow, Matrix b, int bRow, int from, int width) {
        double sum = 0;
        for (int column = from; column < from + width; column++) {
            sum += a.get(aRow, column) * b.get(bRow, column);
        }
        return sum;
    }

    static void clear(Matrix gradient, boolean accumulate) {
        if (!accumulate) {
            gradient.fill(0);
        }
    }
}
