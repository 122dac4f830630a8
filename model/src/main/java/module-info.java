import org.jspecify.annotations.NullMarked;
import org.narrowbert.model.data.text.DocumentFormat;
import org.narrowbert.model.table.TableFormat;

/** BERT encoders as graphs: layouts, heads, text and token data, checkpoints, training and evaluation. */
@NullMarked
module org.narrowbert.model {
    requires transitive org.narrowbert.engine;
    requires ai.djl.api;
    requires ai.djl.tokenizers;
    requires aircompressor.v3;
    requires com.google.protobuf;
    requires de.siegmar.fastcsv;
    requires org.snakeyaml.engine;
    requires tools.jackson.databind;
    requires tools.jackson.dataformat.yaml;
    requires static org.jspecify;

    exports org.narrowbert.model.checkpoint;
    exports org.narrowbert.model.checkpoint.run;
    exports org.narrowbert.model.checkpoint.tensor;
    exports org.narrowbert.model.config;
    exports org.narrowbert.model.data.corpus;
    exports org.narrowbert.model.data.sample;
    exports org.narrowbert.model.data.text;
    exports org.narrowbert.model.encoder;
    exports org.narrowbert.model.evaluation;
    exports org.narrowbert.model.finetuning;
    exports org.narrowbert.model.finetuning.batch;
    exports org.narrowbert.model.finetuning.sample;
    exports org.narrowbert.model.files to
            org.narrowbert.cli,
            org.narrowbert.parquet;
    exports org.narrowbert.model.heads;
    exports org.narrowbert.model.importance;
    exports org.narrowbert.model.inference;
    exports org.narrowbert.model.json to
            org.narrowbert.parquet;
    exports org.narrowbert.model.layout;
    exports org.narrowbert.model.onnx;
    exports org.narrowbert.model.onnx.reading;
    exports org.narrowbert.model.table;
    exports org.narrowbert.model.task;
    exports org.narrowbert.model.task.example;
    exports org.narrowbert.model.task.prediction;
    exports org.narrowbert.model.task.reading;
    exports org.narrowbert.model.tokenizer;
    exports org.narrowbert.model.training;
    exports org.narrowbert.model.training.log;

    uses DocumentFormat;
    uses TableFormat;
}
