package org.narrowbert.model.finetuning.batch;

import org.narrowbert.engine.tensor.Matrix;
import org.narrowbert.engine.tensor.Rows;

/**
 * One right class a row: of texts, or of words. The loss is cross-entropy, each label's weighted by its class as PyTorch's is.
 *
 * @param labels [rows or more] each row's class, or {@link #UNKNOWN}
 * @param rows narrow rows
 * @param classWeights [classes] how much each class counts; empty where all count alike
 */
public record ClassTargets(int[] labels, int rows, double[] classWeights) implements Targets {
    /** Classes that count alike. */
    public static ClassTargets of(int[] labels) {
        return new ClassTargets(labels, labels.length, new double[0]);
    }

    @Override
    public double weight() {
        double sum = 0;
        for (int row = 0; row < rows; row++) {
            sum += weight(row);
        }
        return sum;
    }

    @Override
    public int count() {
        int known = 0;
        for (int row = 0; row < rows; row++) {
            known += labels[row] == UNKNOWN ? 0 : 1;
        }
        return known;
    }

    private double weight(int row) {
        if (labels[row] == UNKNOWN) {
            return 0;
        }
        return classWeights.length == 0 ? 1 : classWeights[labels[row]];
    }

    @Override
    public double loss(Matrix logits, Rows narrow) {
        double sum = 0;
        for (int row = 0; row < rows; row++) {
            if (labels[row] != UNKNOWN) {
                sum += weight(row) * (Softmax.logSumExpOfRow(logits, row) - logits.get(row, labels[row]));
            }
        }
        return sum;
    }

    @Override
    public double loss(Matrix logits, Rows narrow, double scale, Matrix gradient) {
        gradient.fill(0);
        for (int row = 0; row < rows; row++) {
            if (labels[row] != UNKNOWN) {
                double total = Softmax.logSumExpOfRow(logits, row);
                for (int label = 0; label < logits.columns(); label++) {
                    double probability = Math.exp(logits.get(row, label) - total);
                    gradient.set(row, label, scale * weight(row) * (probability - (label == labels[row] ? 1 : 0)));
                }
            }
        }
        return loss(logits, narrow);
    }
}
