package org.narrowbert.model.encoder;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.narrowbert.engine.error.UserError;
import org.narrowbert.model.json.StrictJson;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a model's head is for, in the words of Hugging Face's config.json.
 *
 * @param architecture name of the class that has this head, such as {@code BertForSequenceClassification}
 * @param labels names of the columns of its logits; empty where they have none
 * @param problemType {@code single_label_classification}, {@code multi_label_classification} or {@code regression}, where that matters
 * @param task name of the task that it was fine-tuned for
 */
public record HeadConfig(
        String architecture, List<String> labels, Optional<String> problemType, Optional<String> task) {
    /** The head of a pretrained model. */
    public static final HeadConfig MASKED_LANGUAGE_MODEL = of("BertForMaskedLM", List.of());

    /** What the names of the NarrowBERT authors' classes begin with. */
    private static final String NARROW = "Narrow";

    private static final String ARCHITECTURES = "architectures";
    private static final String ID_TO_LABEL = "id2label";
    private static final String LABEL_TO_ID = "label2id";
    private static final String PROBLEM_TYPE = "problem_type";
    private static final String TASK = "finetuning_task";

    public HeadConfig {
        labels = List.copyOf(labels);
    }

    /** A head of which nothing more is to be said. */
    public static HeadConfig of(String architecture, List<String> labels) {
        return new HeadConfig(architecture, labels, Optional.empty(), Optional.empty());
    }

    /** Reads it; a file that names no class is taken for one of a masked language model. */
    static HeadConfig read(ConfigKeys keys, ObjectNode json) {
        JsonNode architectures = json.path(ARCHITECTURES);
        String architecture = architectures.isArray()
                        && !architectures.isEmpty()
                        && architectures.get(0).isString()
                ? architectures.get(0).stringValue()
                : MASKED_LANGUAGE_MODEL.architecture;
        return new HeadConfig(architecture, labels(keys, json), keys.text(PROBLEM_TYPE), keys.text(TASK));
    }

    /** The labels in the order of their ids, which are the object's keys. */
    private static List<String> labels(ConfigKeys keys, ObjectNode json) {
        if (!keys.has(ID_TO_LABEL)) {
            return List.of();
        }
        if (!(json.get(ID_TO_LABEL) instanceof ObjectNode named)) {
            throw wrong(keys);
        }
        List<String> labels = new ArrayList<>();
        for (int id = 0; id < named.size(); id++) {
            JsonNode label = named.path(String.valueOf(id));
            if (!label.isString()) {
                throw wrong(keys);
            }
            labels.add(label.stringValue());
        }
        return labels;
    }

    private static UserError wrong(ConfigKeys keys) {
        return keys.wrong(ID_TO_LABEL, "an object of the ids from 0 on, each with its label");
    }

    /** The class of transformers with the same head: the NarrowBERT authors' classes have their own names. */
    public String plainArchitecture() {
        return architecture.startsWith(NARROW) ? architecture.substring(NARROW.length()) : architecture;
    }

    /** Writes it among a config.json's keys. */
    void write(ObjectNode json) {
        json.putArray(ARCHITECTURES).add(architecture);
        if (!labels.isEmpty()) {
            ObjectNode named = StrictJson.object();
            ObjectNode numbered = StrictJson.object();
            for (int id = 0; id < labels.size(); id++) {
                named.put(String.valueOf(id), labels.get(id));
                numbered.put(labels.get(id), id);
            }
            json.set(ID_TO_LABEL, named);
            json.set(LABEL_TO_ID, numbered);
        }
        problemType.ifPresent(type -> json.put(PROBLEM_TYPE, type));
        task.ifPresent(name -> json.put(TASK, name));
    }
}
