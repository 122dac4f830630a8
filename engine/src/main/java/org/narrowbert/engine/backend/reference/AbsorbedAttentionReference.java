package org.narrowbert.engine.backend.reference;

import org.narrowbert.engine.backend.AbsorbedAttention;
import org.narrowbert.engine.random.DropoutMask;
import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.tensor.Rows;

/** Narrow attention that reads the tokens' states, one narrow row and head at a time. */
final class AbsorbedAttentionReference {
    private final AbsorbedAttention on;
    private final int width;
    private final int columns;
    private final double scale;

    private AbsorbedAttentionReference(AbsorbedAttention on) {
        this.on = on;
        width = on.headSize();
        columns = on.source().columns();
        scale = 1 / Math.sqrt(width);
        int hidden = on.query().columns();
        Check.shape("query", on.query(), on.queryRows().count(), on.heads() * width);
        Check.shape("source", on.source(), on.sourceRows().count(), columns);
        Check.shape("keyWeight", on.keyWeight(), hidden, columns);
        Check.shape("valueWeight", on.valueWeight(), hidden, columns);
        Check.shape("valueBias", on.valueBias(), 1, hidden);
        Check.shape("logSumExp", on.logSumExp(), on.queryRows().count(), on.heads());
        Check.shape("output", on.output(), on.queryRows().count(), hidden);
    }

    /** A narrow row, a head, and the tokens that they read. */
    private record Place(int row, int head, int first, int tokens) {}

    private interface Visitor {
        void visit(Place place);
    }

    static void attention(AbsorbedAttention on) {
        AbsorbedAttentionReference reference = new AbsorbedAttentionReference(on);
        reference.visit(reference::attend);
    }

    static void gradient(AbsorbedAttention on, AbsorbedAttention.Gradients to) {
        AbsorbedAttentionReference reference = new AbsorbedAttentionReference(on);
        int hidden = on.query().columns();
        Check.shape("outputGradient", to.outputGradient(), on.queryRows().count(), hidden);
        Check.shape("queryGradient", to.query().matrix(), on.queryRows().count(), hidden);
        Check.shape("sourceGradient", to.source().matrix(), on.sourceRows().count(), reference.columns);
        reference.clear(to);
        reference.visit(place -> reference.differentiate(place, to));
    }

    private void visit(Visitor visitor) {
        Rows queries = on.queryRows();
        for (int sequence = 0; sequence < queries.sequences(); sequence++) {
            if (on.absorbs(sequence)) {
                int first = on.sourceRows().start(sequence);
                int tokens = on.sourceRows().end(sequence) - first;
                for (int row = queries.start(sequence); row < queries.end(sequence); row++) {
                    for (int head = 0; head < on.heads(); head++) {
                        visitor.visit(new Place(row, head, first, tokens));
                    }
                }
            }
        }
    }

    private void attend(Place at) {
        double[] scores = scores(at, absorbed(on.query(), at, on.keyWeight()));
        double denominator = AttentionReference.logSumExp(scores);
        on.logSumExp().set(at.row, at.head, denominator);
        double[] probabilities = probabilities(at, scores, denominator, mask(at));
        double[] context = context(at, probabilities);
        double sum = sum(probabilities);
        for (int feature = at.head * width; feature < (at.head + 1) * width; feature++) {
            double value = sum * on.valueBias().get(0, feature);
            for (int column = 0; column < columns; column++) {
                value += context[column] * on.valueWeight().get(feature, column);
            }
            on.output().set(at.row, feature, value);
        }
    }

    private void differentiate(Place at, AbsorbedAttention.Gradients to) {
        double[] query = absorbed(on.query(), at, on.keyWeight());
        double[] kept = mask(at);
        double[] scores = scores(at, query);
        double denominator = on.logSumExp().get(at.row, at.head);
        double[] probabilities = probabilities(at, scores, denominator, kept);
        double[] context = context(at, probabilities);
        double[] contextGradient = absorbed(to.outputGradient(), at, on.valueWeight());
        double sum = sum(probabilities);
        double sumGradient = 0;
        double delta = 0;
        for (int feature = at.head * width; feature < (at.head + 1) * width; feature++) {
            double gradient = to.outputGradient().get(at.row, feature);
            sumGradient += gradient * on.valueBias().get(0, feature);
            delta += gradient * on.output().get(at.row, feature);
            to.valueBias().matrix().add(0, feature, sum * gradient);
            for (int column = 0; column < columns; column++) {
                to.valueWeight().matrix().add(feature, column, gradient * context[column]);
            }
        }
        to.delta().set(at.row, at.head, delta);
        double[] queryGradient = new double[columns];
        for (int token = 0; token < at.tokens; token++) {
            double gradient = sumGradient;
            for (int column = 0; column < columns; column++) {
                gradient += contextGradient[column] * on.source().get(at.first + token, column);
            }
            double scoreGradient = Math.exp(scores[token] - denominator) * (kept[token] * gradient - delta) * scale;
            for (int column = 0; column < columns; column++) {
                queryGradient[column] += scoreGradient * on.source().get(at.first + token, column);
                double change = probabilities[token] * contextGradient[column] + scoreGradient * query[column];
                to.source().matrix().add(at.first + token, column, change);
            }
        }
        for (int feature = at.head * width; feature < (at.head + 1) * width; feature++) {
            double change = 0;
            for (int column = 0; column < columns; column++) {
                change += queryGradient[column] * on.keyWeight().get(feature, column);
                double weightChange = on.query().get(at.row, feature) * queryGradient[column];
                to.keyWeight().matrix().add(feature, column, weightChange);
            }
            to.query().matrix().add(at.row, feature, change);
        }
    }

    /** A head's features of a row times the head's rows of a weight: what is left to multiply are the tokens' states. */
    private double[] absorbed(Matrix rows, Place at, Matrix weight) {
        double[] result = new double[columns];
        for (int feature = at.head * width; feature < (at.head + 1) * width; feature++) {
            double value = rows.get(at.row, feature);
            for (int column = 0; column < columns; column++) {
                result[column] += value * weight.get(feature, column);
            }
        }
        return result;
    }

    private double[] scores(Place at, double[] query) {
        double[] scores = new double[at.tokens];
        for (int token = 0; token < at.tokens; token++) {
            for (int column = 0; column < columns; column++) {
                scores[token] += query[column] * on.source().get(at.first + token, column);
            }
            scores[token] *= scale;
        }
        return scores;
    }

    private double[] mask(Place at) {
        DropoutMask dropout = on.dropout();
        return AttentionReference.mask(
                dropout, on.queryRows().token(at.row), at.head, on.sourceRows(), at.first, at.tokens);
    }

    /** After dropout. */
    private static double[] probabilities(Place at, double[] scores, double denominator, double[] kept) {
        double[] probabilities = new double[at.tokens];
        for (int token = 0; token < at.tokens; token++) {
            probabilities[token] = Math.exp(scores[token] - denominator) * kept[token];
        }
        return probabilities;
    }

    private double[] context(Place at, double[] probabilities) {
        double[] context = new double[columns];
        for (int token = 0; token < at.tokens; token++) {
            for (int column = 0; column < columns; column++) {
                context[column] += probabilities[token] * on.source().get(at.first + token, column);
            }
        }
        return context;
    }

    private static double sum(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum;
    }

    /** Zeroes what is not added to; of the query's gradient only the rows of sequences that are computed here. */
    private void clear(AbsorbedAttention.Gradients to) {
        AttentionReference.clear(to.source().matrix(), to.source().accumulate());
        AttentionReference.clear(to.keyWeight().matrix(), to.keyWeight().accumulate());
        AttentionReference.clear(to.valueWeight().matrix(), to.valueWeight().accumulate());
        AttentionReference.clear(to.valueBias().matrix(), to.valueBias().accumulate());
        for (int sequence = 0; sequence < on.queryRows().sequences(); sequence++) {
            int first = on.queryRows().start(sequence);
            int rows = on.queryRows().end(sequence) - first;
            if (on.absorbs(sequence) && !to.query().accumulate()) {
                to.query().matrix().rows(first, rows).fill(0);
            }
        }
    }
}
