package org.narrowbert.model.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.narrowbert.engine.backend.Availability;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendOptions;
import org.narrowbert.engine.backend.Backends;
import org.narrowbert.engine.backend.Gemm;
import org.narrowbert.engine.backend.OperandPrecision;
import org.narrowbert.engine.backend.PackedWeights;
import org.narrowbert.engine.plan.NarrowAttention;
import org.narrowbert.engine.plan.Plan;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.engine.session.Session;
import org.narrowbert.engine.session.StepPlace;
import org.narrowbert.model.checkpoint.tensor.SafeTensors;
import org.narrowbert.model.encoder.LastLayer;
import org.narrowbert.model.heads.MaskedLanguageModel;

/** What the logits of small models lose where products are rounded, against PyTorch in double; prints what docs/native.md says. */
class GoldenPrecisionTest {
    /** Largest difference over the largest logit, about twice what is seen of the worst case. */
    private static double tolerance(OperandPrecision precision) {
        return switch (precision) {
            case FLOAT32 -> 5e-6;
            case BFLOAT16 -> 0.04;
            case INT8 -> 0.25;
        };
    }

    static List<Arguments> cases() throws IOException {
        List<Arguments> cases = new ArrayList<>();
        for (Arguments each : GoldenModelTest.cases()) {
            if (each.get()[1] instanceof GoldenCase golden && each.get()[0].equals("vector")) {
                for (OperandPrecision precision : OperandPrecision.values()) {
                    cases.add(Arguments.of(Gemm.ONEDNN, precision, golden));
                }
                cases.add(Arguments.of(Gemm.PANAMA, OperandPrecision.BFLOAT16, golden));
            }
        }
        return cases;
    }

    @ParameterizedTest(name = "{2} in {1} by {0}")
    @MethodSource("cases")
    void logitsStayNearPyTorchsInBothFormsOfNarrowAttention(Gemm gemm, OperandPrecision precision, GoldenCase golden) {
        assumeTrue(gemm.availability() instanceof Availability.Ready, "oneDNN is not here to round products");
        for (NarrowAttention form : List.of(NarrowAttention.PROJECTED, NarrowAttention.ABSORBED)) {
            logitsStayNearPyTorchs(gemm, precision, golden, form);
        }
    }

    private static void logitsStayNearPyTorchs(
            Gemm gemm, OperandPrecision precision, GoldenCase golden, NarrowAttention form) {
        Batch batch = GoldenModelTest.withKept(golden, golden.batch(0));
        MaskedLanguageModel model = MaskedLanguageModel.trainingLogits(golden.config(), LastLayer.NARROWED);
        Plan plan = Plan.inference(model.graph(), batch.extents(), Set.of(), GoldenModelTest.always(form));
        BackendOptions options = new BackendOptions(2, gemm, precision);
        try (Backend backend = Backends.find().named("vector").open(options);
                Parameters parameters = GoldenModelTest.parameters(golden, model, backend);
                Session session = Session.inference(plan, parameters, backend);
                PackedWeights _ = backend.keepPacked(model.graph().linearWeights().stream()
                        .map(parameters::of)
                        .toList());
                SafeTensors expected = golden.expected()) {
            session.forward(batch, StepPlace.NONE);
            float[] logits = session.values(model.output()).toArray();
            float[] right = expected.readFloats(model.output().name());
            double largest = 0;
            double worst = 0;
            for (int index = 0; index < right.length; index++) {
                largest = Math.max(largest, Math.abs(right[index]));
                worst = Math.max(worst, Math.abs(logits[index] - right[index]));
            }
            System.out.printf(
                    Locale.ROOT,
                    "%s of %s by %s, narrow attention %s: logits differ by %.2g of the largest%n",
                    golden.folder().getFileName(),
                    precision,
                    gemm.text(),
                    form.text(),
                    worst / largest);
            assertThat(worst / largest).as(form.text()).isLessThan(tolerance(precision));
        }
    }
}
