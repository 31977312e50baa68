package dev.tributary.scenarios.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigIncludeContext;
import com.typesafe.config.ConfigIncluder;
import com.typesafe.config.ConfigIncluderURL;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigParseable;
import java.net.URL;

/**
 * Includes are files beside the one that includes them, and must be there: HOCON's own rule, to
 * pass over a missing one in silence, would turn a slip into other settings.
 */
final class RequiredIncludes implements ConfigIncluder, ConfigIncluderURL {

  @Override
  public ConfigIncluder withFallback(ConfigIncluder fallback) {
    return this;
  }

  @Override
  public ConfigObject include(ConfigIncludeContext context, String what) {
    ConfigParseable file = context.relativeTo(what);
    if (file == null) {
      throw new ConfigException.Generic("cannot find the included file \"" + what + "\"");
    }
    return file.parse(context.parseOptions().setAllowMissing(false));
  }

  @Override
  public ConfigObject includeURL(ConfigIncludeContext context, URL what) {
    throw new ConfigException.Generic(
        "include url(\""
            + what
            + "\") is not taken, a scenario must not change with the network; save the file beside"
            + " this one and include it by its name");
  }
}
