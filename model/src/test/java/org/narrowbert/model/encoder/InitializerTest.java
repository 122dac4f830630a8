package org.narrowbert.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.backend.BackendOptions;
import org.narrowbert.engine.backend.Backends;
import org.narrowbert.engine.graph.Parameter;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.model.heads.MaskedLanguageModel;
import org.narrowbert.model.layout.Layout;

class InitializerTest {
    private static final BertConfig CONFIG = BertConfig.of(Layout.parse("{sf}1:{sf}1"), ModelShape.of(2, 128), 2000);

    @Test
    void matricesAreNormalWithinTwoDeviationsBiasesZeroAndNormsOne() {
        try (Backend backend = Backends.find().named("reference").open(new BackendOptions(1));
                Parameters parameters = open(backend, 1)) {
            for (Parameter parameter : parameters.list()) {
                float[] values = parameters.of(parameter).toArray();
                if (!parameter.decayed()) {
                    assertThat(values).containsOnly(parameter.name().endsWith("LayerNorm.weight") ? 1 : 0);
                    continue;
                }
                double sum = 0;
                double squares = 0;
                for (float value : values) {
                    assertThat(Math.abs(value)).isLessThanOrEqualTo(0.04f);
                    sum += value;
                    squares += value * value;
                }
                // A normal distribution cut at two deviations has 0.8796 of the deviation; few values, wide bounds.
                assertThat(sum / values.length).as(parameter.name()).isCloseTo(0, within(0.004));
                assertThat(Math.sqrt(squares / values.length))
                        .as(parameter.name())
                        .isCloseTo(0.0176, within(0.0015));
            }
            float[] words = parameters.of(WeightNames.wordEmbeddings(CONFIG)).toArray();
            for (int column = 0; column < CONFIG.hiddenSize(); column++) {
                assertThat(words[column]).as("[PAD]").isZero();
            }
        }
    }

    @Test
    void theSeedDecidesEveryBit() {
        try (Backend backend = Backends.find().named("reference").open(new BackendOptions(1));
                Parameters one = open(backend, 1);
                Parameters again = open(backend, 1);
                Parameters other = open(backend, 2)) {
            Parameter words = WeightNames.wordEmbeddings(CONFIG);
            assertThat(again.of(words).toArray()).isEqualTo(one.of(words).toArray());
            assertThat(other.of(words).toArray()).isNotEqualTo(one.of(words).toArray());
        }
    }

    private static Parameters open(Backend backend, long seed) {
        Parameters parameters =
                Parameters.open(MaskedLanguageModel.inference(CONFIG).graph().parameters(), backend);
        Initializer.initialize(parameters, CONFIG, seed);
        return parameters;
    }
}
