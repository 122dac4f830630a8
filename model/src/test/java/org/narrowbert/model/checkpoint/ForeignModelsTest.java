package org.narrowbert.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.narrowbert.model.checkpoint.SmallModel.CONFIG;
import static org.narrowbert.model.checkpoint.SmallModel.assertSame;
import static org.narrowbert.model.checkpoint.SmallModel.backend;
import static org.narrowbert.model.checkpoint.SmallModel.parameters;
import static org.narrowbert.model.checkpoint.SmallModel.refused;
import static org.narrowbert.model.checkpoint.SmallModel.writer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.narrowbert.engine.backend.Backend;
import org.narrowbert.engine.graph.Parameter;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.model.checkpoint.tensor.SafeTensorsWriter;
import org.narrowbert.model.encoder.Initializer;
import org.narrowbert.model.layout.Layout;

class ForeignModelsTest {
    private static final Path GOLDEN = Path.of("src", "test", "resources", "golden");

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "bert-mlm, {sf}4:",
        "bert-mlm-gelu-new, {sf}2:",
        "bert-mlm-odd-sizes, {sf}2:",
        "bert-mlm-relu, {sf}2:",
        "sparse-queries-1-mlm, {sf}1:{sf}3",
        "sparse-queries-2-mlm, {sf}2:{sf}4",
        "sparse-queries-2-mlm-odd-sizes, {sf}2:{sf}2",
        "context-first-mlm, sfsf{s}4:{f}4",
        "token-dropping-mlm, {sf}2[{sf}3]{sf}1:",
        "token-dropping-narrow-mlm, {sf}1[{sf}2]{sf}1:{sf}2",
        "mixed-layout-mlm, {sf}2[sf]s:f{sf}2",
    })
    void modelsThatPyTorchSavedAreWhatTheirGraphAsksFor(String name, String layout) {
        try (Backend backend = backend();
                HuggingFaceDirectory directory = HuggingFaceDirectory.open(GOLDEN.resolve(name))) {
            assertThat(directory.config().layout()).isEqualTo(Layout.parse(layout));
            assertThat(directory.tokenImportance().isPresent())
                    .isEqualTo(directory.config().layout().hasBrackets());
            try (Parameters weights = parameters(directory.config(), backend)) {
                LoadReport report = directory.load(weights);
                assertThat(report.missing()).isEmpty();
                assertThat(report.unexpected()).isEmpty();
            }
        }
    }

    /** One model's weights in every form that PyTorch users save; the short types are as exact as their rounding, relative. */
    @ParameterizedTest
    @CsvSource({
        "safetensors-double, 0",
        "safetensors-half, 0x1p-10",
        "safetensors-bfloat16, 0x1p-8",
        "safetensors-without-prefix, 0",
        "sharded-safetensors, 0",
        "bin-zip, 0",
        "bin-legacy, 0",
        "bin-ordered-dict-half, 0x1p-10",
        "bin-shared-and-strided, 0",
        "bin-old-names, 0",
        "bin-parameters, 0",
        "bin-module-prefix, 0",
        "sharded-bin, 0",
    })
    void everyFormOfTheSameWeightsIsReadAsTheSame(String form, double rounding) {
        Path formats = GOLDEN.resolveSibling("golden-formats");
        try (Backend backend = backend();
                HuggingFaceDirectory plain = HuggingFaceDirectory.open(GOLDEN.resolve("bert-mlm"));
                HuggingFaceDirectory other = HuggingFaceDirectory.open(formats.resolve(form));
                Parameters expected = parameters(plain.config(), backend);
                Parameters actual = parameters(other.config(), backend)) {
            plain.load(expected).requireComplete();
            LoadReport report = other.load(actual);
            assertThat(report.unexpected()).isEmpty();
            // Without the prefix means a base model: it has no head.
            assertThat(report.missing()).allMatch(name -> form.endsWith("prefix") && name.startsWith("cls."));
            for (Parameter parameter : expected.list()) {
                if (report.missing().contains(parameter.name())) {
                    continue;
                }
                float[] right = expected.of(parameter).toArray();
                float[] read = actual.of(parameter).toArray();
                for (int index = 0; index < right.length; index++) {
                    // Half precision has no smaller steps than 2^-24 however small the value.
                    double allowed = rounding * Math.max(Math.abs(right[index]), 0x1p-14);
                    assertThat((double) read[index]).as(parameter.name()).isCloseTo(right[index], within(allowed));
                }
            }
        }
    }

    @Test
    void oldNamesNamesWithoutPrefixAndTiedDecodersAreTheSameWeights() {
        Path model = folder.resolve("model");
        try (Backend backend = backend();
                Parameters weights = parameters(CONFIG, backend);
                Parameters back = parameters(CONFIG, backend)) {
            Initializer.initialize(weights, CONFIG, 2);
            writer(weights).write(model, false);
            SafeTensorsWriter other = new SafeTensorsWriter();
            for (Parameter parameter : weights.list()) {
                String name = parameter
                        .name()
                        .replaceFirst("^bert\\.", "")
                        .replace("LayerNorm.weight", "LayerNorm.gamma")
                        .replace("LayerNorm.bias", "LayerNorm.beta")
                        .replace("cls.predictions.bias", "cls.predictions.decoder.bias");
                other.floats(name, weights.of(parameter), parameter.shape());
            }
            other.floats("cls.predictions.decoder.weight", new float[3])
                    .ints("embeddings.position_ids", new int[3])
                    .floats("pooler.dense.bias", new float[8])
                    .floats("cls.seq_relationship.bias", new float[2])
                    .floats("classifier.bias", new float[2])
                    .write(model.resolve("model.safetensors"));
            try (HuggingFaceDirectory directory = HuggingFaceDirectory.open(model)) {
                LoadReport report = directory.load(back);
                report.requireComplete();
                assertThat(report.unexpected()).containsExactly("classifier.bias");
            }
            assertSame(back, weights);
        }
    }

    @Test
    void shardsAreReadByTheirIndexAndNothingOutsideTheFolderIs() throws IOException {
        Path model = folder.resolve("model");
        try (Backend backend = backend();
                Parameters weights = parameters(CONFIG, backend);
                Parameters back = parameters(CONFIG, backend)) {
            Initializer.initialize(weights, CONFIG, 3);
            writer(weights).write(model, false);
            Files.delete(model.resolve("model.safetensors"));
            StringBuilder map = new StringBuilder();
            SafeTensorsWriter[] shards = {new SafeTensorsWriter(), new SafeTensorsWriter()};
            for (int index = 0; index < weights.list().size(); index++) {
                Parameter parameter = weights.list().get(index);
                shards[index % 2].floats(parameter.name(), weights.of(parameter), parameter.shape());
                map.append(index == 0 ? "" : ",")
                        .append("\"%s\":\"model-%d.safetensors\"".formatted(parameter.name(), index % 2));
            }
            shards[0].write(model.resolve("model-0.safetensors"));
            shards[1].write(model.resolve("model-1.safetensors"));
            Path index = model.resolve("model.safetensors.index.json");
            Files.writeString(index, "{\"weight_map\":{" + map + "}}");
            try (HuggingFaceDirectory directory = HuggingFaceDirectory.open(model)) {
                directory.load(back).requireComplete();
            }
            assertSame(back, weights);

            Files.writeString(index, "{\"weight_map\":{\"x\":\"model-0.safetensors\"}}");
            refused(model, index + " says that model-0.safetensors has tensor x, but it has not");
            Files.writeString(index, "{\"weight_map\":{\"x\":\"model-7.safetensors\"}}");
            refused(model, "model-7.safetensors does not exist");
            for (String outside :
                    new String[] {"../model-0.safetensors", "/etc/passwd", "a/b.safetensors", "..\\\\b.safetensors"}) {
                Files.writeString(index, "{\"weight_map\":{\"x\":\"" + outside + "\"}}");
                refused(model, "is not the name of a safetensors file");
            }
            Files.writeString(index, "{}");
            refused(model, index + " has no weight_map");
            String many = IntStream.rangeClosed(0, 1000)
                    .mapToObj("\"t%1$d\":\"model-%1$d.safetensors\""::formatted)
                    .collect(Collectors.joining(","));
            Files.writeString(index, "{\"weight_map\":{" + many + "}}");
            refused(model, index + " names 1001 files, and a model has at most 1000");
        }
    }
}
