/** What tests of code on Tasks use: a broker and a connection for each test, a clock, an oracle. */
@NullMarked
package io.clusterdb.tasks.testkit;

import org.jspecify.annotations.NullMarked;
