package dev.tributary.scenarios.cli;

/** Shows nothing; tests override what they want to see. */
public class SilentConsole implements Console {
  @Override
  public void result(String line) {}

  @Override
  public void note(String line) {}

  @Override
  public void progress(Progress progress) {}

  @Override
  public boolean colored() {
    return false;
  }
}
