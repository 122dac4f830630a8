package org.narrowbert.model.checkpoint;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.narrowbert.engine.error.RunError;
import org.narrowbert.model.json.StrictJson;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A folder's weights under their present names: one model.safetensors, or the shards that a model.safetensors.index.json lists. */
final class WeightFiles implements AutoCloseable {
    static final String SINGLE = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";

    /**
     * Where a tensor is.
     *
     * @param file the open file
     * @param info the tensor under the name it is stored by
     */
    record Stored(SafeTensors file, TensorInfo info) {}

    private final List<SafeTensors> files = new ArrayList<>();
    private final Map<String, Stored> tensors = new TreeMap<>();

    private WeightFiles() {}

    /**
     * Opens a folder's weights.
     *
     * @throws RunError when there are none, a file is unsound, or two tensors have the same present name
     */
    static WeightFiles open(Path folder) {
        WeightFiles weights = new WeightFiles();
        try {
            if (Files.exists(folder.resolve(SINGLE))) {
                weights.add(SafeTensors.open(folder.resolve(SINGLE)));
            } else if (Files.exists(folder.resolve(INDEX))) {
                weights.addShards(folder);
            } else {
                boolean pickled = Files.exists(folder.resolve("pytorch_model.bin"));
                throw new RunError(folder + " has no " + SINGLE + " and no " + INDEX
                        + (pickled ? "; its pytorch_model.bin must be converted first" : ""));
            }
            return weights;
        } catch (RuntimeException error) {
            weights.close();
            throw error;
        }
    }

    /** All present names in alphabetical order. */
    Set<String> names() {
        return tensors.keySet();
    }

    Optional<Stored> find(String present) {
        return Optional.ofNullable(tensors.get(present));
    }

    @Override
    public void close() {
        files.forEach(SafeTensors::close);
    }

    private void add(SafeTensors file) {
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

    private void addShards(Path folder) {
        Path index = folder.resolve(INDEX);
        ObjectNode json = StrictJson.readObject(index);
        if (!(json.get("weight_map") instanceof ObjectNode map)) {
            throw new RunError(index + " has no weight_map");
        }
        Map<String, SafeTensors> shards = new LinkedHashMap<>();
        map.forEachEntry((tensor, file) -> shards.computeIfAbsent(shardName(index, tensor, file), name -> {
            SafeTensors shard = SafeTensors.open(folder.resolve(name));
            add(shard);
            return shard;
        }));
        map.forEachEntry((tensor, file) -> {
            SafeTensors shard = shards.get(file.stringValue());
            if (shard == null || shard.find(tensor).isEmpty()) {
                throw new RunError(
                        index + " says that " + file.stringValue() + " has tensor " + tensor + ", but it has not");
            }
        });
    }

    /** A shard lies beside its index: a path that leads anywhere else is refused. */
    private static String shardName(Path index, String tensor, JsonNode file) {
        if (!file.isString() || !file.stringValue().matches("[A-Za-z0-9_][A-Za-z0-9_.-]*\\.safetensors")) {
            throw new RunError(index + ": tensor '" + tensor + "' is said to be in " + StrictJson.show(file)
                    + ", which is not the name of a safetensors file");
        }
        return file.stringValue();
    }
}
