package dev.tributary.datasets.stream;

import dev.tributary.engine.data.Examples;

/**
 * Where the tasks of one learner come from: its data, or its data of one domain.
 *
 * @param name the domain's id; names the task of a domain-incremental stream
 * @param train what the learner trains on
 * @param test what it is tested on; from other examples than {@code train}
 */
public record StreamSource(String name, Examples train, Examples test) {}
