/**
 * What a run is told, as names and values. In: a YAML or JSON file, or options as the command line understood them. Out: entries with their
 * lines, or one sentence; a record that says by name in what two runs differ.
 */
package org.narrowbert.model.config;
