using Rekey.Cli.Stores;
using Rekey.Files;

namespace Rekey.Cli.Tests.Stores;

/// <summary>A disk that fails where a test says: tests may run as a user whom no access right stops.</summary>
internal sealed class FaultyDisk : IStoreDisk
{
    public Exception? OnRead { get; set; }

    /// <summary>What is read instead, one after another.</summary>
    public Queue<byte[]> Instead { get; } = new();

    public Exception? OnMove { get; set; }

    public Exception? OnDelete { get; set; }

    public (WriteStep Step, Exception Failure)? OnWrite { get; set; }

    public int Reads { get; private set; }

    public byte[]? Read(string path, int most)
    {
        Reads++;
        if (OnRead is { } failure)
            throw failure;
        return Instead.TryDequeue(out var content) ? content : StoreDisk.Instance.Read(path, most);
    }

    public void Replace(string path, byte[] content) => PrivateFiles.Replace(path, content, step =>
    {
        if (OnWrite is { } fault && fault.Step == step)
            throw fault.Failure;
    });

    public void Move(string path, string free)
    {
        if (OnMove is { } failure)
            throw failure;
        StoreDisk.Instance.Move(path, free);
    }

    public void Delete(string path)
    {
        if (OnDelete is { } failure)
            throw failure;
        StoreDisk.Instance.Delete(path);
    }
}
