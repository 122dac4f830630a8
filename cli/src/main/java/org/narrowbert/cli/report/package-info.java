/** Runs as a page for people. In: folders of runs. Out: one HTML file that needs nothing else, and its pictures as PNG files. */
package org.narrowbert.cli.report;
