package dev.tributary.engine.settings;

/** A setting that breaks a rule; the message names the key, the value, the rule and the way out. */
public final class SettingException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  /** With a message that stands by itself. */
  public SettingException(String message) {
    super(message);
  }
}
