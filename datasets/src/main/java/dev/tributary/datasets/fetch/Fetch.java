package dev.tributary.datasets.fetch;

import dev.tributary.datasets.DataDirectory;
import dev.tributary.datasets.DataLayout;
import dev.tributary.datasets.DataSet;
import dev.tributary.datasets.DataStatus;
import dev.tributary.datasets.Download;
import dev.tributary.datasets.Download.Packaging;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Brings a data set of the catalogue into a data directory. */
public final class Fetch {
  private final Downloader downloader;
  private final DataDirectory data;

  /** Into this directory, by this downloader, which stays the caller's to close. */
  public Fetch(Downloader downloader, DataDirectory data) {
    this.downloader = downloader;
    this.data = data;
  }

  /**
   * Downloads and unpacks what is missing, then verifies all of it. Files that are there are left
   * as they are. An archive is deleted once its files are taken out.
   *
   * @return what {@link Verification} says in the end
   * @throws FetchException when the set has no official address, or it cannot be got or written
   * @throws InterruptedException when interrupted; the next call goes on where this one stopped
   */
  public DataStatus fetch(DataSet set, FetchListener listener)
      throws IOException, InterruptedException {
    if (data.status(set) instanceof DataStatus.Missing) {
      if (!set.fetchable()) {
        throw new FetchException(
            "%s (%s) has no official address to fetch from; put %s into %s yourself"
                .formatted(
                    set.title(),
                    set.id(),
                    String.join(", ", set.layouts().getFirst().files()),
                    data.folder(set.id())));
      }
      listener.message(set.title() + ", terms: " + set.license());
      for (Download download : set.downloads()) {
        fetch(download, data.folder(set.id()), listener);
      }
    }
    return Verification.verify(set, data);
  }

  private void fetch(Download download, Path folder, FetchListener listener)
      throws IOException, InterruptedException {
    String name = download.fileName();
    if (download.packaging() == Packaging.PLAIN) {
      String bare = name.endsWith(".gz") ? name.substring(0, name.length() - 3) : name;
      if (DataLayout.find(folder, bare).isEmpty()) {
        downloader.download(download, folder, listener);
      }
      return;
    }
    Path archive = folder.resolve(name);
    boolean whole =
        Files.exists(archive)
            && download.checksum().isPresent()
            && download.checksum().get().of(archive).equals(download.checksum().get().hex());
    if (!whole) {
      archive = downloader.download(download, folder, listener);
    }
    listener.message("unpacking " + archive);
    Archive.extract(archive, download, folder);
    Files.delete(archive);
  }
}
