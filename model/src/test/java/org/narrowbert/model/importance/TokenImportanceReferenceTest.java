package org.narrowbert.model.importance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.narrowbert.engine.tensor.Rows;
import org.narrowbert.model.checkpoint.tensor.SafeTensors;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.ConfigJson;

/** Selection and update alone, on PyTorch's losses; whole models are compared elsewhere. */
class TokenImportanceReferenceTest {
    /** The golden files' ids of [UNK], [CLS], [SEP] and [MASK]. */
    private static final int[] PROTECTED = {100, 101, 102, 103};

    /** Rounding to float32 once on each side. */
    private static final double TOLERANCE = 2e-7;

    @ParameterizedTest
    @ValueSource(strings = {"token-dropping-mlm", "token-dropping-narrow-mlm", "mixed-layout-mlm"})
    void keptTokensAndImportanceAreThoseOfPyTorch(String name) {
        Path folder = Path.of("src", "test", "resources", "golden", name);
        BertConfig config =
                ConfigJson.read(folder.resolve("config.json"), List.of()).config();
        try (SafeTensors before = SafeTensors.open(folder.resolve("importance.safetensors"));
                SafeTensors batch = SafeTensors.open(folder.resolve("batch-0.safetensors"));
                SafeTensors expected = SafeTensors.open(folder.resolve("expected.safetensors"))) {
            TokenImportance importance = TokenImportance.of(
                    before.readFloats("token_importance"),
                    config.tokenImportanceBeta(),
                    PROTECTED,
                    config.padTokenId());
            int[] inputIds = batch.readInts("input_ids");
            int[] offsets = batch.readInts("offsets");
            int[] all = IntStream.range(0, inputIds.length).toArray();
            Rows tokens = Rows.of(offsets.length - 1, offsets, all);
            int[] keptOffsets = new int[offsets.length];
            int[] kept = new int[inputIds.length];
            Rows rows = importance.select(tokens, inputIds, config.tokenKeep(), Chance.NONE, keptOffsets, kept);
            assertThat(Arrays.copyOf(kept, rows.count())).isEqualTo(expected.readInts("kept"));
            assertThat(keptOffsets).isEqualTo(expected.readInts("kept_offsets"));

            int[] labels = Arrays.stream(batch.readInts("labels"))
                    .filter(label -> label >= 0)
                    .toArray();
            float[] losses = expected.readFloats("losses_of_tokens");
            for (int row = 0; row < losses.length; row++) {
                importance.record(labels[row], losses[row]);
            }
            importance.update();
            float[] after = expected.readFloats("token_importance_after1");
            float[] ours = importance.values();
            for (int id = 0; id < after.length; id++) {
                assertThat((double) ours[id])
                        .as("id %d", id)
                        .isCloseTo(after[id], within(TOLERANCE * Math.abs(after[id]) + 1e-12));
            }
        }
    }
}
