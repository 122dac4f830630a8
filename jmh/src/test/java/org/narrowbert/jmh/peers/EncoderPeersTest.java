package org.narrowbert.jmh.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendOptions;
import org.narrowbert.engine.backend.Backends;
import org.narrowbert.engine.backend.OperandPrecision;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.model.data.sample.SampleBatch;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.Initializer;
import org.narrowbert.model.encoder.ModelShape;
import org.narrowbert.model.heads.MaskedLanguageModel;
import org.narrowbert.model.layout.Layout;

/** Peers that this build has on its class path answer as ours does; libtorch is compared by the benchmark itself. */
class EncoderPeersTest {
    private static final int VOCABULARY = 97;
    private static final Offset<Float> TOLERANCE = Offset.offset(1e-4f);
    private static final BertConfig CONFIG = BertConfig.builder(
                    Layout.dense(2), new ModelShape(2, 32, 4, 48), VOCABULARY)
            .initializerRange(0.3)
            .build();
    private static final Batch RAGGED = new SampleBatch(VOCABULARY, 4).of(new int[] {9, 4, 21}, 0.2, 1);

    @ParameterizedTest
    @EnumSource(names = {"OURS_WEIGHTS_KEPT", "OURS_LAST_LAYER_NARROWED", "ONNX_RUNTIME"})
    void aPeerAnswersARaggedBatchAsOursDoes(Peer peer) {
        try (Backend holder = Backends.find().preferred().open(new BackendOptions(1));
                Parameters parameters = Parameters.open(
                        MaskedLanguageModel.inference(CONFIG).graph().parameters(), holder)) {
            Initializer.initialize(parameters, CONFIG, 3);
            try (EncoderPeer ours = EncoderPeer.open(Peer.OURS, CONFIG, parameters, RAGGED, 1);
                    EncoderPeer other = EncoderPeer.open(peer, CONFIG, parameters, RAGGED, 1)) {
                ours.run();
                other.run();
                other.run();
                float[] expected = ours.logits();
                assertThat(expected).hasSize(RAGGED.narrow().count() * VOCABULARY);
                assertThat(other.logits()).containsExactly(expected, TOLERANCE);
            }
        }
    }

    @Test
    void weightsAsBfloat16AnswerNearly() {
        try (Backend holder = Backends.find().preferred().open(new BackendOptions(1));
                Parameters parameters = Parameters.open(
                        MaskedLanguageModel.inference(CONFIG).graph().parameters(), holder)) {
            Initializer.initialize(parameters, CONFIG, 3);
            try (EncoderPeer ours = EncoderPeer.open(Peer.OURS, CONFIG, parameters, RAGGED, 1);
                    EncoderPeer rounded = EncoderPeer.open(
                            Peer.OURS_WEIGHTS_KEPT, OperandPrecision.BFLOAT16, CONFIG, parameters, RAGGED, 1)) {
                rounded.requireLogitsOf(ours, OperandPrecision.BFLOAT16);
                assertThatThrownBy(() -> rounded.requireLogitsOf(ours, OperandPrecision.FLOAT32))
                        .isInstanceOf(AssertionError.class)
                        .hasMessageContaining("should be");
            }
        }
    }

    @Test
    void aPeerWithoutAPrecisionIsPassedOver() {
        try (Backend holder = Backends.find().preferred().open(new BackendOptions(1));
                Parameters parameters = Parameters.open(
                        MaskedLanguageModel.inference(CONFIG).graph().parameters(), holder)) {
            assertThatThrownBy(() -> EncoderPeer.open(
                            Peer.ONNX_RUNTIME, OperandPrecision.BFLOAT16, CONFIG, parameters, RAGGED, 1))
                    .isInstanceOf(PeerMissing.class)
                    .hasMessage("skipped: ONNX_RUNTIME has no products of BFLOAT16");
        }
    }
}
