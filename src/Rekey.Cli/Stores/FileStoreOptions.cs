using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Rekey.Cli.Stores;

/// <summary>Where a store of files is, and what it works with.</summary>
internal sealed record FileStoreOptions
{
    /// <summary>The folder of the records; it is made when it is needed.</summary>
    public required string Folder { get; init; }

    /// <summary>What the records are encrypted with; null leaves them to the access rights of the files.</summary>
    public StoreKey? Key { get; init; }

    /// <summary>Learns every secret that is read.</summary>
    public ISecretRegistry? Secrets { get; init; }

    public ILogger Logger { get; init; } = NullLogger.Instance;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public IStoreDisk Disk { get; init; } = StoreDisk.Instance;
}
