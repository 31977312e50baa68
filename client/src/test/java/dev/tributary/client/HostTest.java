package dev.tributary.client;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;

class HostTest {
  static final Config SERIALIZED =
      ConfigFactory.parseString(
              "pekko.actor.serialize-messages = on\npekko.loglevel = OFF\npekko.stdout-loglevel = OFF")
          .withFallback(ConfigFactory.load());
}
