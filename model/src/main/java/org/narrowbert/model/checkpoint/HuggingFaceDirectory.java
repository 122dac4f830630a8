package org.narrowbert.model.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.engine.graph.Parameter;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.model.checkpoint.tensor.SafeTensors;
import org.narrowbert.model.checkpoint.tensor.StoredNames;
import org.narrowbert.model.checkpoint.tensor.TensorInfo;
import org.narrowbert.model.checkpoint.tensor.WeightFiles;
import org.narrowbert.model.checkpoint.tensor.WeightFormat;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.ConfigJson;
import org.narrowbert.model.encoder.WeightNames;
import org.narrowbert.model.tokenizer.TokenizerFiles;

/**
 * A model's folder as Hugging Face's and the NarrowBERT authors' code write it: config.json with weights in one of the forms of
 * {@link WeightFormat}; and importance.safetensors of ours. {@link HuggingFaceWriter} writes one.
 */
public final class HuggingFaceDirectory implements AutoCloseable {
    /** What a model is. */
    public static final String CONFIG = "config.json";

    /** How important token dropping holds each token id to be. */
    public static final String IMPORTANCE = "importance.safetensors";

    static final String TOKEN_IMPORTANCE = "token_importance";

    /** What else there is in models' folders as they are published. */
    private static final Pattern OF_MODELS = Pattern.compile(
            "(model|pytorch_model)(-\\d+-of-\\d+)?\\.(safetensors|bin|onnx)(\\.index\\.json)?"
                    + "|tf_model\\.h5|flax_model\\.msgpack|rust_model\\.ot"
                    + "|(config|generation_config|added_tokens|modules|sentence_bert_config)\\.json"
                    + "|config_sentence_transformers\\.json|\\d+_[A-Z][A-Za-z]*|onnx|README\\.md|LICENSE|NOTICE|\\.gitattributes");

    static final String HEAD_BIAS = WeightNames.PREDICTIONS + ".bias";
    static final String DECODER_BIAS = WeightNames.PREDICTIONS + ".decoder.bias";

    private final Path folder;
    private final ConfigJson config;
    private final WeightFiles weights;

    private HuggingFaceDirectory(Path folder, ConfigJson config, WeightFiles weights) {
        this.folder = folder;
        this.config = config;
        this.weights = weights;
    }

    /** Whether a model's folder may have something of such a name. */
    static boolean isOfModel(String name) {
        return name.equals(IMPORTANCE)
                || TokenizerFiles.NAMES.contains(name)
                || OF_MODELS.matcher(name).matches();
    }

    /**
     * Opens a model: its configuration is read, its weights' headers are checked, no value is read yet.
     *
     * @throws RunError naming the file and what is wrong with it
     */
    public static HuggingFaceDirectory open(Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new RunError(folder + (Files.exists(folder) ? " is not a folder" : " does not exist")
                    + "; a model is a folder with config.json and weights");
        }
        if (!Files.exists(folder.resolve(CONFIG))) {
            CheckpointFolders checkpoints = new CheckpointFolders(folder);
            List<Long> steps = checkpoints.steps();
            Path inner = folder.resolve("0_Transformer");
            if (Files.exists(inner.resolve(CONFIG))) {
                throw new RunError(
                        folder + " is a sentence encoder of sentence-transformers' first form, whose model is in "
                                + inner + ": move the files from there into " + folder);
            }
            throw new RunError(folder + " has no " + CONFIG + ", so it is not a model's folder"
                    + (steps.isEmpty()
                            ? ""
                            : "; it holds a run's checkpoints, which are: name "
                                    + checkpoints.folder(steps.getLast())));
        }
        WeightFiles weights = WeightFiles.open(folder);
        try {
            return new HuggingFaceDirectory(folder, ConfigJson.read(folder.resolve(CONFIG), weights.names()), weights);
        } catch (RuntimeException error) {
            weights.close();
            throw error;
        }
    }

    /** The folder. */
    public Path folder() {
        return folder;
    }

    /** What config.json says. */
    public BertConfig config() {
        return config.config();
    }

    /** The whole config.json, with keys that are not ours. */
    public ConfigJson configJson() {
        return config;
    }

    /** All tensors under their present names, in alphabetical order. */
    public List<TensorInfo> tensors() {
        return weights.names().stream()
                .flatMap(name ->
                        weights.find(name).stream().map(stored -> stored.info().named(name)))
                .toList();
    }

    /** The files that they are in. */
    public List<Path> weightFiles() {
        return weights.files();
    }

    /**
     * Copies all weights that parameters ask for, after checking all their shapes.
     *
     * @param target the model's parameters, found by their names
     * @throws RunError when a weight has another shape than its parameter, or cannot be read
     */
    public LoadReport load(Parameters target) {
        return load(target, name -> true);
    }

    /**
     * The same for some of the parameters; the others are reported missing.
     *
     * @param wanted whether a parameter of this name is to be copied
     */
    public LoadReport load(Parameters target, Predicate<String> wanted) {
        return load(target, Map.of(), wanted);
    }

    /**
     * The same where parameters have other names than the tensors.
     *
     * @param presentNames tensors by the names of their parameters; a parameter that is not there has its tensor's name
     */
    public LoadReport load(Parameters target, Map<String, String> presentNames) {
        return load(target, presentNames, name -> true);
    }

    private LoadReport load(Parameters target, Map<String, String> presentNames, Predicate<String> wanted) {
        Map<Parameter, WeightFiles.Stored> found = new LinkedHashMap<>();
        LoadReport report = fit(target.list(), presentNames, wanted, found);
        // On several threads: one alone is held up by the pages that are touched for the first time.
        found.entrySet().parallelStream().forEach(entry -> {
            WeightFiles.Stored stored = entry.getValue();
            stored.file().readFloats(stored.info().name(), target.of(entry.getKey()));
        });
        return report;
    }

    /**
     * What would fit if weights were loaded.
     *
     * @throws RunError when a weight has another shape than its parameter
     */
    public LoadReport fit(List<Parameter> parameters) {
        return fit(parameters, Map.of(), name -> true, new LinkedHashMap<>());
    }

    private LoadReport fit(
            List<Parameter> parameters,
            Map<String, String> presentNames,
            Predicate<String> wanted,
            Map<Parameter, WeightFiles.Stored> found) {
        List<String> missing = new ArrayList<>();
        Set<String> unexpected = new TreeSet<>(weights.names());
        unexpected.removeIf(StoredNames::isTolerated);
        for (Parameter parameter : parameters) {
            String name = presentNames.getOrDefault(parameter.name(), parameter.name());
            Optional<WeightFiles.Stored> stored = find(name).filter(some -> wanted.test(name));
            if (stored.isPresent()) {
                checkShape(parameter, stored.get().info());
                found.put(parameter, stored.get());
            } else {
                missing.add(name);
            }
            unexpected.remove(name);
        }
        return new LoadReport(folder, missing, List.copyOf(unexpected));
    }

    /**
     * The importance of every vocabulary id, [vocabulary], if the model was trained with token dropping.
     *
     * @throws RunError when importance.safetensors is unsound or of another vocabulary
     */
    public Optional<float[]> tokenImportance() {
        Path file = folder.resolve(IMPORTANCE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try (SafeTensors tensors = SafeTensors.open(file)) {
            List<Long> shape = tensors.tensor(TOKEN_IMPORTANCE).shape();
            if (!shape.equals(List.of((long) config().vocabSize()))) {
                throw new RunError(file + ": " + TOKEN_IMPORTANCE + " is " + shape + ", config.json says ["
                        + config().vocabSize() + "]");
            }
            return Optional.of(tensors.readFloats(TOKEN_IMPORTANCE));
        }
    }

    @Override
    public void close() {
        weights.close();
    }

    /** A weight under its present name; the head's bias may be stored as the decoder's, which is the same tensor in Hugging Face's model. */
    private Optional<WeightFiles.Stored> find(String name) {
        Optional<WeightFiles.Stored> stored = weights.find(name);
        return stored.isEmpty() && name.equals(HEAD_BIAS) ? weights.find(DECODER_BIAS) : stored;
    }

    private void checkShape(Parameter parameter, TensorInfo stored) {
        List<Long> expected = Arrays.stream(parameter.shape()).boxed().toList();
        if (!stored.shape().equals(expected)) {
            throw new RunError(
                    folder + ": weight " + stored.name() + " is " + stored.shape() + ", config.json says " + expected);
        }
    }
}
