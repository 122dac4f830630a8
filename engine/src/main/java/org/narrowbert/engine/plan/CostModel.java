package org.narrowbert.engine.plan;

import java.util.List;
import org.narrowbert.engine.graph.Cost;
import org.narrowbert.engine.graph.Op;
import org.narrowbert.engine.tensor.Extents;

/**
 * Predicts how long an op takes: the larger of its FLOPs at its kind's rate and its bytes at the memory's.
 *
 * @param productGigaflops rate of large matrix products, GFLOP/s
 * @param attentionGigaflops rate of attention's products and softmax, GFLOP/s
 * @param absorbedGigaflops rate of the products of absorbed narrow attention, GFLOP/s
 * @param gigabytesPerSecond rate of memory, GB/s
 */
public record CostModel(
        double productGigaflops, double attentionGigaflops, double absorbedGigaflops, double gigabytesPerSecond) {
    /**
     * Rates of a two-core AVX-512 machine. Predictions are used as ratios between plans, which depend on the proportions of the four
     * rates and hardly on the machine.
     */
    public static final CostModel TYPICAL = new CostModel(190, 90, 150, 30);

    /** Predicted seconds of one op. */
    public double seconds(Cost cost) {
        return Math.max(computingSeconds(cost), movingSeconds(cost));
    }

    /**
     * Predicted seconds of one op's share in a batch of many sequences: operations of products, bytes of all else. What a product reads of its
     * weights is then little for each sequence.
     */
    public double sharedSeconds(Cost cost) {
        return cost.kind() == Cost.Kind.ELEMENT_WISE ? movingSeconds(cost) : computingSeconds(cost);
    }

    private double computingSeconds(Cost cost) {
        double rate = switch (cost.kind()) {
            case MATRIX_PRODUCT -> productGigaflops;
            case ATTENTION -> attentionGigaflops;
            case ABSORBED_ATTENTION -> absorbedGigaflops;
            case ELEMENT_WISE -> Double.POSITIVE_INFINITY;
        };
        return cost.flops() / rate * 1e-9;
    }

    private double movingSeconds(Cost cost) {
        return cost.bytes() / gigabytesPerSecond * 1e-9;
    }

    /** Predicted seconds of the gradients' norm and AdamW's update, which read or write every parameter's values eight times. */
    public double updateSeconds(long parameterElements) {
        return 8 * 4.0 * parameterElements / gigabytesPerSecond * 1e-9;
    }

    /** Predicted seconds of all ops for a batch. */
    public double seconds(List<Op> ops, Extents batch) {
        return ops.stream().mapToDouble(op -> seconds(op.cost(batch))).sum();
    }
}
