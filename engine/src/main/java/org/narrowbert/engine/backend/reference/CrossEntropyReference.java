package org.narrowbert.engine.backend.reference;

import org.narrowbert.engine.tensor.Matrix;

/** Cross-entropy of a decoder's softmax, one row at a time; the chunk of logits that faster backends need is left alone. */
final class CrossEntropyReference {
    private CrossEntropyReference() {}

    static void crossEntropy(
            Matrix input, Matrix weight, Matrix bias, int[] labels, Matrix logSumExp, Matrix losses, Matrix correct) {
        Check.shape("weight", weight, bias.columns(), input.columns());
        Check.shape("losses", losses, input.rows(), 1);
        Check.shape("correct", correct, input.rows(), 1);
        for (int row = 0; row < input.rows(); row++) {
            double[] logits = logits(input, weight, bias, row);
            double largest = Double.NEGATIVE_INFINITY;
            int best = 0;
            for (int id = 0; id < logits.length; id++) {
                best = logits[id] > largest ? id : best;
                largest = Math.max(largest, logits[id]);
            }
            double sum = 0;
            for (double logit : logits) {
                sum += Math.exp(logit - largest);
            }
            double denominator = largest + Math.log(sum);
            logSumExp.set(row, 0, denominator);
            losses.set(row, 0, denominator - logits[labels[row]]);
            correct.set(row, 0, best == labels[row] ? 1 : 0);
        }
    }

    static void gradient(
            Matrix input,
            Matrix weight,
            Matrix bias,
            int[] labels,
            Matrix logSumExp,
            Matrix lossGradient,
            Matrix inputGradient,
            boolean accumulateInput,
            Matrix weightGradient,
            boolean accumulateWeight,
            Matrix biasGradient,
            boolean accumulateBias) {
        clear(inputGradient, accumulateInput);
        clear(weightGradient, accumulateWeight);
        clear(biasGradient, accumulateBias);
        for (int row = 0; row < input.rows(); row++) {
            double[] logits = logits(input, weight, bias, row);
            for (int id = 0; id < logits.length; id++) {
                double probability = Math.exp(logits[id] - logSumExp.get(row, 0));
                double logitGradient = (probability - (id == labels[row] ? 1 : 0)) * lossGradient.get(row, 0);
                biasGradient.add(0, id, logitGradient);
                for (int column = 0; column < input.columns(); column++) {
                    inputGradient.add(row, column, logitGradient * weight.get(id, column));
                    weightGradient.add(id, column, logitGradient * input.get(row, column));
                }
            }
        }
    }

    private static double[] logits(Matrix input, Matrix weight, Matrix bias, int row) {
        double[] logits = new double[weight.rows()];
        for (int id = 0; id < logits.length; id++) {
            logits[id] = bias.get(0, id);
            for (int column = 0; column < input.columns(); column++) {
                logits[id] += input.get(row, column) * weight.get(id, column);
            }
        }
        return logits;
    }

    private static void clear(Matrix gradient, boolean accumulate) {
        if (!accumulate) {
            gradient.fill(0);
        }
    }
}
