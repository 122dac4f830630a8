package org.narrowbert.engine.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendOptions;
import org.narrowbert.engine.backend.Backends;
import org.narrowbert.engine.plan.CostModel;
import org.narrowbert.engine.plan.NarrowAttention;
import org.narrowbert.engine.plan.NarrowAttentionChoice;
import org.narrowbert.engine.plan.Plan;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.engine.session.Session;
import org.narrowbert.engine.session.StepPlace;
import org.narrowbert.engine.tensor.Extents;
import org.narrowbert.engine.tensor.Rows;

/** What kernels keep for absorbed attention is set aside before the first step, so that a plan can say it. */
class AbsorbedWorkspaceTest {
    private static final OpCase.Sizes SIZES = new OpCase.Sizes(17, 24, 8, 3, 40);

    @ParameterizedTest
    @CsvSource({"0, 1, 40, 1", "0, 5, 40, 7", "0.25, 5, 33, 20", "0.25, 9, 40, 1"})
    void stepsOfEqualSequencesTakeNoMoreRoomThanWasSetAside(float rate, int sequences, int tokens, int narrow) {
        OpCase shown = OpCase.narrowLayers(rate, SIZES);
        Extents limits = new Extents(sequences, sequences * tokens, sequences * narrow, 0).upTo(tokens);
        try (Backend backend = Backends.find().named("vector").open(new BackendOptions(2))) {
            long before = backend.workspaceBytes();
            Plan plan = Plan.training(shown.graph(), limits, choice(NarrowAttention.ABSORBED));
            try (OpRun run = OpRun.open(plan, backend)) {
                long reserved = backend.workspaceBytes();
                assertThat(reserved).isGreaterThan(before);
                Random random = new Random(7);
                Batch batch = batch(sequences, tokens, narrow);
                Map<String, float[]> values = OpRun.randomValues(shown.graph(), batch, random);
                run.run(batch, values);
                assertThat(backend.workspaceBytes()).isEqualTo(reserved);
            }
        }
    }

    /** Sequences of all lengths, of which some are projected, others absorbed, and some of these have most of the narrow rows. */
    @ParameterizedTest
    @CsvSource({"AUTO, true", "AUTO, false", "ABSORBED, true", "ABSORBED, false"})
    void batchesWhoseSequencesAreAllDifferentTakeNoMoreRoomThanWasSetAside(NarrowAttention form, boolean training) {
        OpCase shown = OpCase.narrowLayers(training ? 0.25f : 0, SIZES);
        Extents limits = new Extents(4, 4 * 40, 4 * 40, 4 * 40).upTo(40);
        NarrowAttentionChoice choice = NarrowFormsTest.choice(form);
        Plan plan = training
                ? Plan.training(shown.graph(), limits, choice)
                : Plan.inference(shown.graph(), limits, Set.of(), choice);
        Plan projecting = Plan.training(shown.graph(), limits, NarrowFormsTest.choice(NarrowAttention.PROJECTED));
        try (Backend backend = Backends.find().named("vector").open(new BackendOptions(2));
                OpRun alwaysProjected = OpRun.open(projecting, backend)) {
            long withoutAbsorbed = backend.workspaceBytes();
            try (Parameters parameters = Parameters.open(shown.graph().parameters(), backend);
                    Parameters gradients = Parameters.open(shown.graph().parameters(), backend);
                    Session session = Session.training(plan, parameters, gradients, backend)) {
                long reserved = backend.workspaceBytes();
                assertThat(reserved).isGreaterThan(withoutAbsorbed);
                int mixed = 0;
                for (int seed = 0; seed < 50; seed++) {
                    Batch batch = new RandomBatches(SIZES.vocabulary(), 2, 4, SIZES.maxLength()).next(new Random(seed));
                    mixed += NarrowFormsTest.isMixed(batch, plan.forms()) ? 1 : 0;
                    // the gradients of another session's step make the kernels compiled ones, which alone pack states
                    alwaysProjected.run(batch, OpRun.randomValues(shown.graph(), batch, new Random(seed)));
                    session.prepare(batch);
                    shown.graph()
                            .inputs()
                            .forEach(input -> session.values(input).fill(1));
                    session.forward(batch, StepPlace.NONE);
                    if (training) {
                        shown.graph()
                                .outputs()
                                .forEach(
                                        output -> session.outputGradient(output).fill(1));
                        session.backward(batch, StepPlace.NONE, false);
                    }
                }
                assertThat(backend.workspaceBytes()).isEqualTo(reserved);
                assertThat(mixed > 0).as("batches of both forms").isEqualTo(form == NarrowAttention.AUTO);
            }
        }
    }

    private static NarrowAttentionChoice choice(NarrowAttention form) {
        return new NarrowAttentionChoice(form, CostModel.TYPICAL);
    }

    /** The last rows of each sequence are narrow. */
    static Batch batch(int sequences, int tokens, int narrow) {
        Rows all = Rows.of(
                sequences,
                IntStream.rangeClosed(0, sequences).map(each -> each * tokens).toArray(),
                IntStream.range(0, sequences * tokens).toArray());
        Rows last = Rows.of(
                sequences,
                IntStream.rangeClosed(0, sequences).map(each -> each * narrow).toArray(),
                IntStream.range(0, sequences * narrow)
                        .map(row -> row / narrow * tokens + tokens - narrow + row % narrow)
                        .toArray());
        int[] ids = new int[sequences * tokens];
        return Batch.of(all, ids, new int[ids.length], last, new int[sequences * narrow]);
    }
}
