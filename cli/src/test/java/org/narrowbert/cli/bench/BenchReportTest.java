package org.narrowbert.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.narrowbert.engine.backend.Gemm;
import org.narrowbert.engine.backend.OperandPrecision;
import org.narrowbert.engine.tensor.ElementType;

class BenchReportTest {
    private static BenchReport of(String backend, ElementType elements, Optional<String> peer) {
        return new BenchReport("tiny", backend, elements, Gemm.ONEDNN, OperandPrecision.INT8, 2, peer);
    }

    @Test
    void theHeadingSaysWhoComputesWithWhatAndHowOften() {
        List<String> heading = of("vector", ElementType.FLOAT32, Optional.of("ONNX Runtime 1.29.0"))
                .heading(5);
        assertThat(heading.getFirst())
                .isEqualTo("BERT-tiny, int8, backend vector, products by onednn, threads 2; medians of 5 runs or more");
        assertThat(heading.getLast()).contains("of peak", "ONNX Runtime 1.29.0, and ours beside it");
    }

    /** It has neither threads nor a choice of products. */
    @Test
    void theReferenceBackendIsSaidToBeWhatItIs() {
        BenchReport report = of("reference", ElementType.FLOAT64, Optional.empty());
        assertThat(report.heading(1).getFirst())
                .isEqualTo(
                        "BERT-tiny, backend reference, plain loops in double on one thread; medians of 1 run or more");
        assertThat(report.json(List.of())).isEqualTo("[]");
    }
}
