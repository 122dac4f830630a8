package org.narrowbert.cli.bench;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.narrowbert.cli.terminal.Counted;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.Gemm;
import org.narrowbert.engine.backend.OperandPrecision;
import org.narrowbert.engine.tensor.ElementType;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What was measured, as lines of a table or as JSON.
 *
 * @param size of the models
 * @param backend name of the one that computed
 * @param elements what it computes with, where operands are not rounded
 * @param gemm who computed its matrix products
 * @param precision of their operands
 * @param threads that computed
 * @param peer name of the other engine; empty where there was none
 */
public record BenchReport(
        String size,
        String backend,
        ElementType elements,
        Gemm gemm,
        OperandPrecision precision,
        int threads,
        Optional<String> peer) {
    /** Of measurements on a backend. */
    public static BenchReport of(
            String size, Backend backend, Gemm gemm, OperandPrecision precision, int threads, Optional<String> peer) {
        return new BenchReport(size, backend.name(), backend.elementType(), gemm, precision, threads, peer);
    }

    /** The lines above the table. */
    public List<String> heading(int runs) {
        String who = isReference()
                ? "backend " + backend + ", plain loops in double on one thread"
                : name() + ", backend " + backend + ", products by " + gemm.text() + ", threads " + threads;
        return List.of(
                "BERT-" + size + ", " + who + "; medians of " + Counted.of(runs, "run") + " or more",
                "%-46s %10s %22s %10s %10s %8s"
                                .formatted("", "seconds", "fastest to slowest", "tokens/s", "GFLOP/s", "of peak")
                        + peer.map(library -> "   " + library + ", and ours beside it")
                                .orElse(""));
    }

    /** A line of the table. */
    public String line(Measurement of) {
        return "%-46s %10.4f %22s %,10.1f %10.1f %8s"
                        .formatted(
                                of.name(),
                                of.timing().median(),
                                "%.4f to %.4f"
                                        .formatted(
                                                of.timing().least(), of.timing().most()),
                                of.tokensPerSecond(),
                                of.gigaflop() / of.timing().median(),
                                of.shareOfPeak()
                                        .map(share -> "%.0f%%".formatted(100 * share))
                                        .orElse("?"))
                + of.timesPeer()
                        .map(times -> "   %.4f s; %.2f x as fast"
                                .formatted(of.peer().orElseThrow().median(), times))
                        .orElse("");
    }

    /** All measurements as one array. */
    public String json(List<Measurement> measured) {
        ArrayNode array = JsonMapper.shared().createArrayNode();
        for (Measurement of : measured) {
            ObjectNode object = array.addObject();
            object.put("name", of.name()).put("size", size).put("backend", backend);
            if (!isReference()) {
                object.put("threads", threads).put("gemm", gemm.text());
            }
            object.put("bf16", precision == OperandPrecision.BFLOAT16).put("int8", precision == OperandPrecision.INT8);
            object.put("tokens", of.tokens()).put("gigaflop", of.gigaflop());
            object.put("seconds_median", of.timing().median());
            object.put("seconds_least", of.timing().least());
            object.put("seconds_most", of.timing().most());
            object.put("runs", of.timing().seconds().length);
            object.put("tokens_per_second", of.tokensPerSecond());
            of.peakGigaflops().ifPresent(peak -> object.put("peak_gigaflops", peak));
            of.shareOfPeak().ifPresent(share -> object.put("share_of_peak", share));
            of.peer()
                    .ifPresent(timing -> object.putObject("peer")
                            .put("name", peer.orElseThrow())
                            .put("seconds_median", timing.median())
                            .put("seconds_least", timing.least())
                            .put("seconds_most", timing.most()));
            of.timesPeer().ifPresent(times -> object.put("times_peer", times));
        }
        return JsonMapper.shared().writeValueAsString(array);
    }

    private boolean isReference() {
        return elements != ElementType.FLOAT32;
    }

    private String name() {
        return precision.name().toLowerCase(Locale.ROOT);
    }
}
