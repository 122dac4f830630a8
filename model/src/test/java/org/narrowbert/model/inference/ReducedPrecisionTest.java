package org.narrowbert.model.inference;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.narrowbert.engine.backend.Availability;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendOptions;
import org.narrowbert.engine.backend.Backends;
import org.narrowbert.engine.backend.Gemm;
import org.narrowbert.engine.backend.OperandPrecision;
import org.narrowbert.model.inference.PublishedModel.Encoded;
import org.narrowbert.model.inference.PublishedModel.Sentence;
import org.narrowbert.model.tokenizer.ReferenceData;

/** What a published model's answers lose where products are rounded; prints what docs/native.md says. */
class ReducedPrecisionTest {
    /**
     * The most that may be lost, about twice what is; in bytes on processors without VNNI, where weights have half the steps.
     *
     * @param largest difference of a state
     * @param mean difference of a state
     * @param cosine of a text's vector with float32's
     */
    private record Tolerance(double largest, double mean, double cosine) {
        static Tolerance of(OperandPrecision precision) {
            return switch (precision) {
                case FLOAT32 -> new Tolerance(1e-4, 1e-6, 1 - 1e-6);
                case BFLOAT16 -> new Tolerance(0.05, 0.003, 0.9998);
                case INT8 -> new Tolerance(0.8, 0.04, 0.975);
            };
        }
    }

    private static Backend open(Gemm gemm, OperandPrecision precision) {
        return Backends.find().named("vector").open(new BackendOptions(2, gemm, precision));
    }

    @ParameterizedTest
    @CsvSource({"ONEDNN, FLOAT32", "ONEDNN, BFLOAT16", "ONEDNN, INT8", "PANAMA, BFLOAT16"})
    void aPublishedModelsStatesAndVectorsStayNearFloat32s(Gemm gemm, OperandPrecision precision) {
        List<String> texts =
                PublishedModel.sentences().stream().map(Sentence::text).toList();
        assumeTrue(gemm.availability() instanceof Availability.Ready, "oneDNN is not here to round products");
        Path folder = ReferenceData.model(PublishedModel.NAME);
        List<Encoded> exact;
        List<Encoded> rounded;
        try (Backend backend = open(Gemm.PANAMA, OperandPrecision.FLOAT32)) {
            exact = PublishedModel.encode(folder, texts, backend);
        }
        try (Backend backend = open(gemm, precision)) {
            rounded = PublishedModel.encode(folder, texts, backend);
        }
        double largest = 0;
        double sum = 0;
        long count = 0;
        double cosine = 1;
        for (int text = 0; text < exact.size(); text++) {
            float[] right = exact.get(text).states();
            float[] states = rounded.get(text).states();
            for (int index = 0; index < right.length; index++) {
                double difference = Math.abs(states[index] - right[index]);
                largest = Math.max(largest, difference);
                sum += difference;
            }
            count += right.length;
            cosine = Math.min(
                    cosine,
                    product(exact.get(text).embedding(), rounded.get(text).embedding()));
        }
        System.out.printf(
                Locale.ROOT,
                "%s of %s by %s: states differ by %.2g at most, %.2g on average; vectors' cosine is %.6f or more%n",
                PublishedModel.NAME,
                precision,
                gemm.text(),
                largest,
                sum / count,
                cosine);
        Tolerance tolerance = Tolerance.of(precision);
        assertThat(largest).isLessThan(tolerance.largest());
        assertThat(sum / count).isLessThan(tolerance.mean());
        assertThat(cosine).isGreaterThan(tolerance.cosine());
    }

    /** Of vectors of length one, their cosine. */
    private static double product(float[] first, float[] second) {
        double sum = 0;
        for (int index = 0; index < first.length; index++) {
            sum += (double) first[index] * second[index];
        }
        return sum;
    }
}
