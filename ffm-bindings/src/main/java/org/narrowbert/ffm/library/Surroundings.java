package org.narrowbert.ffm.library;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a search reads of the process it runs in.
 *
 * @param variables environment variables
 * @param properties system properties
 */
public record Surroundings(Map<String, String> variables, Map<String, String> properties) {
    public Surroundings {
        variables = Map.copyOf(variables);
        properties = Map.copyOf(properties);
    }

    /** Those of this process. */
    public static Surroundings ofThisProcess() {
        Map<String, String> properties = System.getProperties().stringPropertyNames().stream()
                .collect(Collectors.toMap(name -> name, name -> System.getProperty(name, "")));
        return new Surroundings(System.getenv(), properties);
    }

    /** An environment variable that is set and not blank. */
    Optional<String> variable(String name) {
        return Optional.ofNullable(variables.get(name)).filter(value -> !value.isBlank());
    }

    /** A system property that is set and not blank. */
    Optional<String> property(String name) {
        return Optional.ofNullable(properties.get(name)).filter(value -> !value.isBlank());
    }
}
