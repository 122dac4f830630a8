/**
 * What options are told besides the command line. In: arguments, environment variables, a configuration file. Out: the arguments that say it
 * all, and where each came from; afterwards every option's value, defaults included.
 */
package org.narrowbert.cli.config;
