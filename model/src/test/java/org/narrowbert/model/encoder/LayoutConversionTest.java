package org.narrowbert.model.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.layout.Layout;

class LayoutConversionTest {
    @ParameterizedTest
    @CsvSource({
        "{sf}4:, {sf}1:{sf}3, bert.encoder.layer.0.attention.self.key.bias, bert.encoder.layer.0.attention.self.key.bias",
        "{sf}4:, {sf}1:{sf}3, bert.encoder.layer.3.output.dense.bias, bert.encoder_narrow.layer.2.output.dense.bias",
        "{sf}1:{sf}3, {sf}4:, bert.encoder_narrow.layer.2.output.dense.bias, bert.encoder.layer.3.output.dense.bias",
        "{sf}1:{sf}3, {sf}2:{sf}2, bert.encoder_narrow.layer.0.intermediate.dense.bias, bert.encoder.layer.1.intermediate.dense.bias",
        "{sf}4:, sfsf{s}2:{f}2, bert.encoder.layer.3.attention.output.dense.bias, bert.encoder.layer.3.attention.output.dense.bias",
        "{sf}4:, sfsf{s}2:{f}2, bert.encoder.layer.3.output.LayerNorm.bias, bert.encoder_narrow.layer.1.output.LayerNorm.bias",
        "{sf}4:, {sf}1[{sf}2]{sf}1:, bert.encoder.layer.2.output.dense.bias, bert.encoder.layer.2.output.dense.bias",
        "{sf}4:, {sf}1:{sf}3, bert.embeddings.LayerNorm.bias, bert.embeddings.LayerNorm.bias",
        "{sf}4:, {sf}1:{sf}3, classifier.weight, classifier.weight",
    })
    void theIthSublayerOfEachKindKeepsItsWeights(String from, String to, String name, String renamed) {
        assertThat(new LayoutConversion(Layout.parse(from), Layout.parse(to)).renamed(name))
                .contains(renamed);
    }

    @Test
    void aLayerThatTheModelDoesNotHaveIsNotRenamed() {
        LayoutConversion conversion = new LayoutConversion(Layout.dense(2), Layout.parse("{sf}1:{sf}1"));
        assertThat(conversion.renamed("bert.encoder.layer.2.output.dense.bias")).isEmpty();
        assertThat(conversion.renamed("bert.encoder_narrow.layer.0.output.dense.bias"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {sf}4: | {sf}2:{sf}3  | layout {sf}2:{sf}3 has 5 attention sublayers, but the model's layout {sf}4: has 4: choose one with as many
                    {sf}4: | {sf}2:{sf}1  | layout {sf}2:{sf}1 has 3 attention sublayers, but the model's layout {sf}4: has 4: choose one with as many
                    {sf}4: | {sf}2:{s}2   | layout {sf}2:{s}2 has 2 feed-forward sublayers, but the model's layout {sf}4: has 4: choose one with as many
                    """)
    void layersToSpareOrMissingAreRefused(String from, String to, String sentence) {
        assertThatThrownBy(() -> new LayoutConversion(Layout.parse(from), Layout.parse(to)))
                .isInstanceOf(UserError.class)
                .hasMessage(sentence);
    }
}
