package org.narrowbert.model.finetuning;

import org.narrowbert.model.encoder.BertConfig;
import org.narrowbert.model.encoder.FrozenLayers;
import org.narrowbert.model.encoder.HeadConfig;
import org.narrowbert.model.heads.HeadMode;
import org.narrowbert.model.heads.HeadType;
import org.narrowbert.model.heads.TaskHead;

/**
 * An encoder with the head of a task.
 *
 * @param config the encoder
 * @param type of the head
 * @param labels columns of its logits
 * @param headConfig what is said of the head beside the weights
 * @param frozen the part of the encoder that training leaves as it is
 */
public record TaskModel(BertConfig config, HeadType type, int labels, HeadConfig headConfig, FrozenLayers frozen) {
    public TaskModel {
        frozen.require(config.layout());
    }

    /** A model of which everything is trained. */
    public static TaskModel of(BertConfig config, HeadType type, int labels, HeadConfig headConfig) {
        return new TaskModel(config, type, labels, headConfig, FrozenLayers.NONE);
    }

    /** The same head on another encoder. */
    public TaskModel with(BertConfig other) {
        return new TaskModel(other, type, labels, headConfig, frozen);
    }

    /** Its graph. */
    public TaskHead head(HeadMode mode) {
        return type.on(config, labels, mode);
    }
}
