package org.narrowbert.cli.options;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.narrowbert.engine.backend.Availability;
import org.narrowbert.engine.backend.Gemm;
import org.narrowbert.engine.backend.GemmTrial;
import org.narrowbert.engine.backend.LinearShape;
import org.narrowbert.engine.backend.OperandPrecision;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.engine.graph.Graph;
import org.narrowbert.engine.plan.Plan;
import org.narrowbert.engine.tensor.Extents;
import org.narrowbert.model.config.RunConfig;
import org.narrowbert.model.encoder.Narrowing;
import picocli.CommandLine.Option;

/** The option that says who computes matrix products. What is chosen stays so for a whole run. */
public final class GemmOptions {
    private static final String NAME = "gemm";
    private static final String BACKEND = "vector";

    /** Tokens of a text, for a trial before any text was looked at. */
    private static final int TEXT_TOKENS = 32;

    /** What can be asked for. */
    enum Choice {
        PANAMA,
        BLAS,
        ONEDNN,
        AUTO
    }

    @Option(
            names = "--gemm",
            paramLabel = "panama|blas|onednn|auto",
            defaultValue = "panama",
            description = "Who computes matrix products: panama, kernels in Java with the same bits on any number of"
                    + " threads; blas or onednn, native libraries that 'doctor' finds; auto, one of these if it is"
                    + " faster here, which is tried first (default: ${DEFAULT-VALUE}).")
    private Choice choice;

    @Option(
            names = "--bf16",
            description =
                    "Compute with bfloat16: weights alone by --gemm panama, for inference, which halves the memory"
                            + " that they are read from; both operands of matrix products by --gemm onednn, for training too."
                            + " Sums and all else stay float32.")
    private boolean bfloat16;

    @Option(
            names = "--int8",
            description =
                    "Compute with weights and inputs of linear layers as bytes, each output column and each row with"
                            + " a scale of its own; all else stays float32. For inference; takes --gemm onednn.")
    private boolean int8;

    /** What holds where nothing is told. */
    public GemmOptions() {
        choice = Choice.PANAMA;
    }

    /** Refuses a library that is not to be had here, and a backend that has no use for one. */
    public void check(ComputeOptions compute) {
        checkRounding(compute);
        if (bfloat16 && choice != Choice.ONEDNN && choice != Choice.PANAMA) {
            throw new UserError("--bf16 takes --gemm panama, for inference, or --gemm onednn: choose one of them, or"
                    + " leave --bf16 out");
        }
        if (int8 && choice != Choice.ONEDNN) {
            throw new UserError("--int8 is computed by oneDNN alone: add --gemm onednn, or leave --int8 out");
        }
        named(choice).filter(gemm -> gemm != Gemm.PANAMA).ifPresent(gemm -> {
            requireBackend("--gemm " + gemm.text(), compute);
            if (gemm.availability() instanceof Availability.Missing(var what, var lookedAt)) {
                throw new UserError("--gemm " + gemm.text() + " cannot be had here, " + what
                        + "; --gemm panama computes in Java" + (bfloat16 ? ", with --bf16=false" : ""));
            }
        });
    }

    /**
     * Refuses a backend whose speed and precision are not to be chosen.
     *
     * @param asked the option that takes the other one
     */
    public void requireBackend(String asked, ComputeOptions compute) {
        if (!compute.provider().name().equals(BACKEND)) {
            throw new UserError(asked + " is for the " + BACKEND + " backend, and this is "
                    + compute.provider().name() + ": leave one of them out");
        }
    }

    private void checkRounding(ComputeOptions compute) {
        if (int8 && bfloat16) {
            throw new UserError("--int8 and --bf16 are two ways to round the same products: leave one of them out");
        }
        if (int8 || bfloat16) {
            requireBackend(int8 ? "--int8" : "--bf16", compute);
        }
    }

    /** The same, for what trains: bytes have no gradients. */
    public void checkForTraining(ComputeOptions compute) {
        checkRounding(compute);
        if (int8) {
            throw new UserError(
                    "--int8 is for inference, training needs finer steps: leave --int8 out, or take --bf16");
        }
        if (bfloat16 && choice != Choice.ONEDNN) {
            throw new UserError(
                    "--bf16 in training is computed by oneDNN alone, since kernels in Java round no gradients:"
                            + " add --gemm onednn, or leave --bf16 out (--bf16=false where a run that is resumed was told it)");
        }
        check(compute);
    }

    /**
     * Refuses to try who is faster where there is no model with whose products that could be done.
     *
     * @param asked the option that has none
     */
    public void refuseAuto(String asked) {
        if (choice == Choice.AUTO) {
            throw new UserError("--gemm auto tries the products of a model, and " + asked
                    + " has none: choose --gemm panama, blas or onednn");
        }
    }

    /** What the products' operands are rounded to. */
    public OperandPrecision precision() {
        if (int8) {
            return OperandPrecision.INT8;
        }
        return bfloat16 ? OperandPrecision.BFLOAT16 : OperandPrecision.FLOAT32;
    }

    /** Prints that this processor lacks what the precision is fast with in oneDNN. */
    private void warn(PrintWriter out) {
        named(choice).flatMap(precision()::warning).ifPresent(why -> {
            out.println(why);
            out.flush();
        });
    }

    /**
     * Who computes the products of a training run; prints what "auto" is decided to be.
     *
     * @param plan of a step
     * @param record what the run that is resumed was told: its decision stands
     */
    public Gemm forTraining(ComputeOptions compute, Supplier<Plan> plan, Optional<Path> record, PrintWriter out) {
        Optional<Gemm> decided = named(choice).or(() -> record.flatMap(GemmOptions::recorded));
        decided.ifPresent(gemm -> {
            Choice asked = choice;
            choice = Choice.valueOf(gemm.name());
            try {
                checkForTraining(compute);
            } catch (UserError missing) {
                throw asked == Choice.AUTO
                        ? new UserError("what --gemm auto was decided to be when the run began is kept: "
                                + missing.getMessage())
                        : missing;
            }
        });
        warn(out);
        return decided.orElseGet(() -> tried(compute, LinearShapes.of(plan.get()), true, out));
    }

    /**
     * Who computes the products of inference; prints what "auto" is decided to be.
     *
     * @param graph what is computed
     * @param most tokens of a text, at most
     */
    public Gemm forInference(
            ComputeOptions compute, Supplier<Graph> graph, int most, Narrowing narrowing, PrintWriter out) {
        compute.fallback().ifPresent(out::println);
        warn(out);
        int tokens = Math.min(TEXT_TOKENS, most);
        return named(choice).orElseGet(() -> {
            Extents limits = new Extents(1, tokens, 1, tokens);
            Plan plan = Plan.inference(graph.get(), limits, Set.of(), narrowing.attention());
            return tried(compute, LinearShapes.of(plan), false, out);
        });
    }

    /** Who was asked for by name; our own kernels where "auto" was. */
    public Gemm decided() {
        return named(choice).orElse(Gemm.PANAMA);
    }

    private static Optional<Gemm> named(Choice choice) {
        return switch (choice) {
            case PANAMA -> Optional.of(Gemm.PANAMA);
            case BLAS -> Optional.of(Gemm.BLAS);
            case ONEDNN -> Optional.of(Gemm.ONEDNN);
            case AUTO -> Optional.empty();
        };
    }

    private static Optional<Gemm> recorded(Path record) {
        return RunConfig.read(record)
                .value(NAME)
                .flatMap(text -> Stream.of(Gemm.values())
                        .filter(gemm -> gemm.text().equals(text))
                        .findFirst());
    }

    private static Gemm tried(
            ComputeOptions compute, Map<LinearShape, Integer> layers, boolean gradients, PrintWriter out) {
        if (!compute.provider().name().equals(BACKEND)) {
            return Gemm.PANAMA;
        }
        GemmTrial trial = GemmTrial.run(compute.provider(), compute.threads(), layers, gradients);
        String times = trial.entries().stream()
                .map(entry -> entry.gemm().text() + " %.4g ms".formatted(1e3 * entry.seconds()))
                .collect(Collectors.joining(", "));
        trial.refusals().forEach(out::println);
        out.println("products by " + trial.best().text() + ": "
                + (trial.entries().size() == 1
                        ? "no native library is found (./narrowbert doctor)"
                        : "one batch's take " + times));
        out.flush();
        return trial.best();
    }
}
