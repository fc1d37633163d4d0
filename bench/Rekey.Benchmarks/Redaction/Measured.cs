using Rekey.Benchmarks.Redaction.Ways;

namespace Rekey.Benchmarks.Redaction;

/// <summary>One way on one message. A way that would take minutes gets the beginning of the message, and says so.</summary>
internal sealed class Measured
{
    private const double Batch = 1; // ms
    private const double MostOfOne = 1000; // ms
    private const int Trial = 1024;

    private readonly Way _way;
    private readonly List<double> _nanosecondsPerByte = [];
    private readonly int _length;
    private readonly int _repetitions;
    private double _spent;

    public Measured(Way way, byte[] message, bool hasSecret)
    {
        _way = way;
        var trial = Math.Min(Trial, message.Length);
        way.Load(message[..trial]);
        way.Scan();
        _length = (int)Math.Clamp(MostOfOne / Time(1) * trial, trial, message.Length);
        IsCut = _length < message.Length;
        way.Load(IsCut ? message[.._length] : message);
        if ((way.Scan() > 0) != hasSecret && !IsCut && way is not (Copy or ThreeExpressions))
            throw new InvalidOperationException($"{way.Name} is wrong about whether there is a secret.");
        _repetitions = (int)Math.Clamp(Batch / Time(1), 1, 100_000);
        Time(_repetitions);
        Allocated = AllocatedByOne();
        _spent = 0;
    }

    public string Name => _way.Name;

    /// <summary>Whether only the beginning of the message was looked at.</summary>
    public bool IsCut { get; }

    /// <summary>Bytes for one message.</summary>
    public long Allocated { get; }

    /// <summary>Gigabytes a second, and so bytes a nanosecond.</summary>
    public double Best => 1 / _nanosecondsPerByte.Min();

    public double Median => 1 / _nanosecondsPerByte.Order().ElementAt(_nanosecondsPerByte.Count / 2);

    /// <summary>One round, unless this way has had its time.</summary>
    public void Sample(double most)
    {
        if (_spent >= most)
            return;
        // What a server has just written is in the cache.
        if (_repetitions > 1)
            _way.Scan();
        _nanosecondsPerByte.Add(Time(_repetitions) * 1e6 / _repetitions / _length);
    }

    private double Time(int repetitions)
    {
        var began = TimeProvider.System.GetTimestamp();
        for (var i = 0; i < repetitions; i++)
            _way.Scan();
        var elapsed = TimeProvider.System.GetElapsedTime(began).TotalMilliseconds;
        _spent += elapsed;
        return Math.Max(elapsed, 1e-4);
    }

    private long AllocatedByOne()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        _way.Scan();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
