package org.narrowbert.jmh.peers;

import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import ai.djl.nn.Activation;
import ai.djl.nn.core.Embedding;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.LayerNorm;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.narrowbert.engine.graph.Parameter;
import org.narrowbert.engine.session.Batch;
import org.narrowbert.engine.session.Parameters;
import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.WeightNames;
import org.narrowbert.model.onnx.PaddedBatch;

/**
 * libtorch through DJL, operation by operation, as eager PyTorch without its fused attention (which DJL does not reach): a linear layer, a product of
 * heads, a softmax, a LayerNorm each are one call of libtorch. A batch without padding is computed without a mask.
 */
final class TorchEncoder implements EncoderPeer {
    private final Engine engine;
    private final NDManager manager;
    private final BertConfig config;
    private final Map<String, NDArray> weights = new LinkedHashMap<>();
    private final NDArray inputIds;
    private final NDArray tokenTypeIds;
    private final NDArray places;
    private final NDArray narrowRows;
    private final @Nullable NDArray mask;
    private final long sequences;
    private final long length;
    private @Nullable NDArray logits;

    private TorchEncoder(Engine engine, BertConfig config, Parameters parameters, Batch batch) {
        this.engine = engine;
        this.config = config;
        manager = engine.newBaseManager();
        for (Parameter parameter : parameters.list()) {
            float[] values = parameters.of(parameter).toArray();
            weights.put(parameter.name(), manager.create(values, new Shape(parameter.shape())));
        }
        PaddedBatch padded = PaddedBatch.of(batch);
        sequences = padded.batch();
        length = padded.sequence();
        Shape shape = new Shape(sequences, length);
        inputIds = manager.create(padded.inputIds(), shape);
        tokenTypeIds = manager.create(padded.tokenTypeIds(), shape);
        places = manager.create(LongStream.range(0, length).toArray());
        narrowRows = manager.create(narrowRows(batch, padded));
        boolean full = Arrays.stream(padded.attentionMask()).allMatch(real -> real == 1);
        mask = full
                ? null
                : manager.create(padded.attentionMask(), new Shape(sequences, 1, 1, length))
                        .toType(DataType.FLOAT32, false)
                        .sub(1)
                        .mul(10_000);
    }

    static EncoderPeer open(BertConfig config, Parameters parameters, Batch batch, int threads) {
        System.setProperty("ai.djl.pytorch.num_threads", Integer.toString(threads));
        System.setProperty("ai.djl.pytorch.num_interop_threads", "1");
        System.setProperty("ai.djl.offline", "true");
        System.setProperty("OPT_OUT_TRACKING", "true");
        // 450 MB are unpacked once: beside the jars that they come from.
        System.setProperty(
                "ENGINE_CACHE_DIR", PeerFolder.root().resolve("cache").toString());
        try {
            return new TorchEncoder(Engine.getEngine("PyTorch"), config, parameters, batch);
        } catch (NoClassDefFoundError | IllegalArgumentException | EngineException missing) {
            throw PeerMissing.library("libtorch", missing);
        }
    }

    private static long[] narrowRows(Batch batch, PaddedBatch padded) {
        return LongStream.range(0, batch.narrow().count())
                .map(row -> {
                    int place = padded.place(batch.narrow(), (int) row);
                    return (long) place / padded.places() * padded.sequence() + padded.positions()[place];
                })
                .toArray();
    }

    @Override
    public String description() {
        return "libtorch " + engine.getVersion() + " through DJL";
    }

    @Override
    public void run() {
        if (logits != null) {
            logits.close();
        }
        try (NDScope _ = new NDScope()) {
            NDArray answer = forward();
            NDScope.unregister(answer);
            logits = answer;
        }
    }

    private NDArray forward() {
        NDArray words = rows(WeightNames.EMBEDDINGS + ".word_embeddings.weight", inputIds);
        NDArray types = rows(WeightNames.EMBEDDINGS + ".token_type_embeddings.weight", tokenTypeIds);
        NDArray positions = rows(WeightNames.EMBEDDINGS + ".position_embeddings.weight", places);
        NDArray states = normalize(words.addi(types).addi(positions), WeightNames.EMBEDDINGS + ".LayerNorm");
        for (int index = 0; index < config.numHiddenLayers(); index++) {
            String layer = "bert.encoder.layer." + index;
            NDArray attended = linear(attention(states, layer + ".attention.self."), layer + ".attention.output.dense");
            states = normalize(attended.addi(states), layer + ".attention.output.LayerNorm");
            NDArray inner = Activation.gelu(linear(states, layer + ".intermediate.dense"));
            states = normalize(linear(inner, layer + ".output.dense").addi(states), layer + ".output.LayerNorm");
        }
        NDArray all = states.reshape(sequences * length, config.hiddenSize());
        NDArray narrow = only(Embedding.embedding(narrowRows, all, SparseFormat.DENSE));
        String transform = WeightNames.PREDICTIONS + ".transform";
        NDArray transformed =
                normalize(Activation.gelu(linear(narrow, transform + ".dense")), transform + ".LayerNorm");
        NDArray decoder = weight(WeightNames.EMBEDDINGS + ".word_embeddings.weight");
        return only(Linear.linear(transformed, decoder, weight(WeightNames.PREDICTIONS + ".bias")));
    }

    private NDArray attention(NDArray states, String self) {
        long size = config.hiddenSize() / config.numAttentionHeads();
        NDArray query = heads(states, self + "query", size);
        NDArray key = heads(states, self + "key", size);
        NDArray value = heads(states, self + "value", size);
        NDArray scores = query.matMul(key.transpose(0, 1, 3, 2)).muli(1 / Math.sqrt(size));
        if (mask != null) {
            scores.addi(mask);
        }
        return scores.softmax(-1).matMul(value).transpose(0, 2, 1, 3).reshape(sequences, length, config.hiddenSize());
    }

    /** [sequences, heads, length, size]. */
    private NDArray heads(NDArray states, String name, long size) {
        return linear(states, name)
                .reshape(sequences, length, config.numAttentionHeads(), size)
                .transpose(0, 2, 1, 3);
    }

    private NDArray linear(NDArray input, String name) {
        return only(Linear.linear(input, weight(name + ".weight"), weight(name + ".bias")));
    }

    private NDArray normalize(NDArray input, String name) {
        Shape columns = new Shape(config.hiddenSize());
        return only(LayerNorm.layerNorm(
                input, columns, weight(name + ".weight"), weight(name + ".bias"), (float) config.layerNormEps()));
    }

    private NDArray rows(String table, NDArray ids) {
        return only(Embedding.embedding(ids, weight(table), SparseFormat.DENSE));
    }

    private NDArray weight(String name) {
        NDArray weight = weights.get(name);
        if (weight == null) {
            throw new IllegalArgumentException("the model has no " + name);
        }
        return weight;
    }

    private static NDArray only(NDList list) {
        return list.singletonOrThrow();
    }

    @Override
    public float[] logits() {
        if (logits == null) {
            throw new IllegalStateException("nothing was run");
        }
        return logits.toFloatArray();
    }

    @Override
    public void close() {
        manager.close();
    }
}
