package org.narrowbert.model.checkpoint.tensor;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.json.StrictJson;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A folder's weights under their present names: one file, or the shards that an index lists, in one of the forms of {@link WeightFormat}. */
public final class WeightFiles implements AutoCloseable {
    /**
     * Where a tensor is.
     *
     * @param file the open file
     * @param info the tensor under the name it is stored by
     */
    public record Stored(WeightSource file, TensorInfo info) {}

    /** Weights of other programs. */
    private static final List<String> OTHERS =
            List.of("tf_model.h5", "flax_model.msgpack", "model.ckpt.index", "bert_model.ckpt.index");

    private static final int MAX_SHARDS = 1_000;

    private final List<WeightSource> files = new ArrayList<>();
    private final Map<String, Stored> tensors = new TreeMap<>();

    private WeightFiles() {}

    /**
     * Opens a folder's weights.
     *
     * @throws RunError when there are none, a file is unsound, or two tensors have the same present name
     */
    public static WeightFiles open(Path folder) {
        WeightFiles weights = new WeightFiles();
        try {
            weights.addAll(folder);
            return weights;
        } catch (RuntimeException error) {
            weights.close();
            throw error;
        }
    }

    /** All present names in alphabetical order. */
    public Set<String> names() {
        return tensors.keySet();
    }

    /** A tensor by its present name. */
    public Optional<Stored> find(String present) {
        return Optional.ofNullable(tensors.get(present));
    }

    /** The open files. */
    public List<Path> files() {
        return files.stream().map(WeightSource::file).toList();
    }

    @Override
    public void close() {
        files.forEach(WeightSource::close);
    }

    private void add(WeightSource file) {
        files.add(file);
        for (String stored : file.names()) {
            String present = StoredNames.present(stored);
            Stored before = tensors.put(present, new Stored(file, file.tensor(stored)));
            if (before != null) {
                throw new RunError(file.file() + ": tensor " + stored + " and tensor " + before.info.name() + " of "
                        + before.file.file().getFileName() + " are both " + present);
            }
        }
    }

    private void addAll(Path folder) {
        for (WeightFormat format : WeightFormat.values()) {
            if (Files.exists(folder.resolve(format.single()))) {
                add(format.open(folder.resolve(format.single())));
                return;
            }
            if (Files.exists(folder.resolve(format.index()))) {
                addShards(folder, format);
                return;
            }
        }
        for (String other : OTHERS) {
            if (Files.exists(folder.resolve(other))) {
                throw new RunError(folder + " has its weights as " + other
                        + ", which is not read: save the model with PyTorch or as safetensors");
            }
        }
        throw new RunError(folder + " has no weights: there is no "
                + Stream.of(WeightFormat.values())
                        .flatMap(format -> Stream.of(format.single(), format.index()))
                        .collect(Collectors.joining(", ")));
    }

    private void addShards(Path folder, WeightFormat format) {
        Path index = folder.resolve(format.index());
        ObjectNode json = StrictJson.readObject(index);
        if (!(json.get("weight_map") instanceof ObjectNode map)) {
            throw new RunError(index + " has no weight_map");
        }
        SequencedSet<String> names = new LinkedHashSet<>();
        map.forEachEntry((tensor, file) -> names.add(shardName(index, format, tensor, file)));
        if (names.size() > MAX_SHARDS) {
            throw new RunError(index + " names " + names.size() + " files, and a model has at most " + MAX_SHARDS
                    + ": save it in fewer shards");
        }
        Map<String, WeightSource> shards = new HashMap<>();
        for (String name : names) {
            WeightSource shard = format.open(folder.resolve(name));
            add(shard);
            shards.put(name, shard);
        }
        map.forEachEntry((tensor, file) -> {
            WeightSource shard = shards.get(file.stringValue());
            if (shard == null || shard.find(tensor).isEmpty()) {
                throw new RunError(
                        index + " says that " + file.stringValue() + " has tensor " + tensor + ", but it has not");
            }
        });
    }

    /** A shard lies beside its index: a path that leads anywhere else is refused. */
    private static String shardName(Path index, WeightFormat format, String tensor, JsonNode file) {
        if (!file.isString() || !format.isShard(file.stringValue())) {
            throw new RunError(index + ": tensor '" + tensor + "' is said to be in " + StrictJson.show(file)
                    + ", which is not the name of a " + format.ending() + " file");
        }
        return file.stringValue();
    }
}
