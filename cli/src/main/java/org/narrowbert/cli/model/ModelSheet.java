package org.narrowbert.cli.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.graph.Parameter;
import org.narrowbert.model.checkpoint.HuggingFaceDirectory;
import org.narrowbert.model.checkpoint.LoadReport;
import org.narrowbert.model.checkpoint.tensor.TensorInfo;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.HeadConfig;
import org.narrowbert.model.encoder.WeightNames;
import org.narrowbert.model.files.FileProblem;
import org.narrowbert.model.heads.EncoderStates;
import org.narrowbert.model.heads.HeadMode;
import org.narrowbert.model.heads.HeadType;
import org.narrowbert.model.heads.MaskedLanguageModel;
import org.narrowbert.model.inference.SentenceFiles;
import org.narrowbert.model.inference.SentenceSettings;
import org.narrowbert.model.tokenizer.Tokenizer;
import org.narrowbert.model.tokenizer.TokenizerFiles;

/**
 * What {@code narrowbert model info} prints of a model's folder.
 *
 * @param saved the folder, which others own
 */
record ModelSheet(HuggingFaceDirectory saved) {
    private static final int LABELS_SHOWN = 12;
    private static final int NAMES_SHOWN = 8;

    /** All lines. */
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        BertConfig config = saved.config();
        lines.add(line("folder", saved.folder().toString()));
        lines.add(line("head", head()));
        if (!labels().isEmpty()) {
            lines.add(line("labels", some(labels(), LABELS_SHOWN)));
        }
        lines.add(line("layout", "%s, %d layers".formatted(config.layout().text(), config.numHiddenLayers())));
        lines.add(line(
                "sizes",
                "%d wide, %d heads, %,d inside feed-forward (%s), %,d token ids, %,d positions, %d token types"
                        .formatted(
                                config.hiddenSize(),
                                config.numAttentionHeads(),
                                config.intermediateSize(),
                                config.hiddenAct().hiddenAct(),
                                config.vocabSize(),
                                config.maxPositionEmbeddings(),
                                config.typeVocabSize())));
        if (config.layout().hasBrackets()) {
            lines.add(line(
                    "dropping",
                    "%s of the tokens kept in training, importance %s"
                            .formatted(
                                    config.tokenKeep(), saved.tokenImportance().isPresent() ? "there" : "not there")));
        }
        lines.add(line("weights", weights()));
        lines.add(line("tokenizer", tokenizer()));
        lines.add(line("sentences", sentences()));
        LoadReport fit = saved.fit(expected());
        lines.add(line("missing", some(fit.missing(), NAMES_SHOWN)));
        lines.add(line("unexpected", some(fit.unexpected(), NAMES_SHOWN)));
        lines.add(line("files", String.join(", ", files())));
        return lines;
    }

    private static String line(String name, String value) {
        return "%-12s%s".formatted(name, value);
    }

    private static String some(List<String> names, int shown) {
        if (names.isEmpty()) {
            return "none";
        }
        String first = String.join(", ", names.subList(0, Math.min(shown, names.size())));
        return names.size() <= shown ? first : first + " and " + (names.size() - shown) + " more";
    }

    private String architecture() {
        String plain = saved.configJson().head().plainArchitecture();
        boolean predictions =
                saved.tensors().stream().anyMatch(tensor -> tensor.name().startsWith(WeightNames.PREDICTIONS));
        return plain.equals(HeadConfig.MASKED_LANGUAGE_MODEL.architecture()) && !predictions ? "BertModel" : plain;
    }

    private String head() {
        HeadConfig head = saved.configJson().head();
        return architecture()
                + head.problemType().map(type -> ", " + type).orElse("")
                + head.task().map(task -> ", fine-tuned for " + task).orElse("");
    }

    private List<String> labels() {
        return saved.configJson().head().labels();
    }

    /** What the head, or the encoder where the head is not one of ours, asks for. */
    private List<Parameter> expected() {
        BertConfig config = saved.config();
        int columns = ClassifierLabels.columns(saved, WeightNames.CLASSIFIER).orElse(Math.max(1, labels().size()));
        return (switch (architecture()) {
                    case "BertForMaskedLM", "BertForPreTraining" ->
                        MaskedLanguageModel.inference(config).graph();
                    case "BertForSequenceClassification", "BertForMultipleChoice" ->
                        HeadType.SEQUENCE_CLASSIFICATION
                                .on(config, columns, HeadMode.INFERENCE)
                                .graph();
                    case "BertForTokenClassification" ->
                        HeadType.TOKEN_CLASSIFICATION
                                .on(config, columns, HeadMode.INFERENCE)
                                .graph();
                    case "BertForQuestionAnswering" ->
                        HeadType.QUESTION_ANSWERING
                                .on(config, columns, HeadMode.INFERENCE)
                                .graph();
                    default -> EncoderStates.of(config).graph();
                })
                .parameters();
    }

    private String weights() {
        List<TensorInfo> tensors = saved.tensors();
        String types = tensors.stream()
                .collect(Collectors.groupingBy(TensorInfo::dtype, TreeMap::new, Collectors.counting()))
                .entrySet()
                .stream()
                .map(entry -> entry.getValue() + " " + entry.getKey())
                .collect(Collectors.joining(", "));
        long elements = tensors.stream().mapToLong(TensorInfo::elements).sum();
        List<String> names = saved.weightFiles().stream()
                .map(file -> String.valueOf(file.getFileName()))
                .toList();
        return "%,d in %d tensors (%s), from %s".formatted(elements, tensors.size(), types, some(names, 3));
    }

    private String tokenizer() {
        if (!Files.exists(saved.folder().resolve(TokenizerFiles.TOKENIZER))
                && !Files.exists(saved.folder().resolve(TokenizerFiles.VOCABULARY))) {
            return "none";
        }
        try (Tokenizer tokenizer = Tokenizer.open(saved.folder())) {
            return "%,d tokens, %s"
                    .formatted(
                            tokenizer.vocabularySize(),
                            tokenizer.lowercase() ? "letters made small" : "letters as they are");
        } catch (RunError error) {
            return "not read: " + error.getMessage();
        }
    }

    private String sentences() {
        if (SentenceFiles.NAMES.stream()
                .noneMatch(name -> Files.exists(saved.folder().resolve(name)))) {
            return "no files of sentence-transformers";
        }
        try {
            SentenceSettings settings = SentenceSettings.read(saved.folder(), saved.config());
            return "pooling %s%s, at most %d tokens"
                    .formatted(
                            settings.pooling().name().toLowerCase(Locale.ROOT),
                            settings.normalized() ? ", vectors of length one" : "",
                            settings.maxTokens());
        } catch (RunError error) {
            return "not read: " + error.getMessage();
        }
    }

    private List<String> files() {
        Path folder = saved.folder();
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName() + (Files.isDirectory(file) ? "/" : ""))
                    .sorted()
                    .toList();
        } catch (IOException error) {
            throw FileProblem.reading(folder, error);
        }
    }
}
