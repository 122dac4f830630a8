package org.narrowbert.model.config;

import java.util.List;

/**
 * One key of a configuration file.
 *
 * @param key as it is written there
 * @param values one value, or those of a list in their order, as text; never empty
 * @param list whether they stand in a list
 * @param line where the key stands, from 1
 */
public record ConfigEntry(String key, List<String> values, boolean list, int line) {
    public ConfigEntry {
        values = List.copyOf(values);
    }
}
