using System.Diagnostics;
using System.Security.Cryptography;
using Concord.Fuzzing.Peers;

namespace Concord.Fuzzing.Running;

/// <summary>Runs one target: seeds first, then inputs changed from those that did something new.</summary>
/// <remarks>New is an edge of the library that no input took before, where the library is instrumented; else, a verdict that no input got
/// before. The inputs run on a thread of their own with a small stack, so that recursion without bound shows.</remarks>
public sealed class FuzzRun
{
    private const int StackBytes = 512 * 1024;
    private const int MaxFindings = 20;

    private readonly FuzzTarget _target;
    private readonly FuzzOptions _options;
    private readonly Random _random;
    private readonly List<byte[]> _corpus = [];
    private readonly HashSet<string> _shapes = new(StringComparer.Ordinal);
    private readonly byte[] _seen = Coverage.NewSeen();
    private readonly Dictionary<string, Finding> _findings = new(StringComparer.Ordinal);
    private long _inputs;
    private int _edgesOfSeeds;

    // Of the input that is being run; read by the thread that watches.
    private volatile byte[] _current = [];
    private long _currentBegan;

    private FuzzRun(FuzzTarget target, FuzzOptions options)
    {
        _target = target;
        _options = options;
        _random = new Random(options.Seed);
    }

    /// <summary>Runs a target until the time is up, the number of inputs is reached, or an input hangs.</summary>
    public static FuzzResult Run(FuzzTarget target, FuzzOptions options)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(options);
        return new FuzzRun(target, options).Run();
    }

    /// <summary>Gets the inputs that once failed, which are run first of all.</summary>
    public static IEnumerable<byte[]> Regressions(FuzzTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        var folder = Path.Combine(VectorFiles.TestsFolder, "Concord.Fuzzing/Corpus", target.Name);
        return Directory.Exists(folder) ? Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes) : [];
    }

    private FuzzResult Run()
    {
        Directory.CreateDirectory(_options.Folder);
        var path = Path.Combine(_options.Folder, $"{_target.Name}.current");
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                using var file = new CurrentInput(path, _target.MaxLength);
                Loop(file);
            }
            catch (Exception exception)
            {
                failure = exception;
            }
        }, StackBytes) { IsBackground = true, Name = _target.Name };
        thread.Start();
        while (!thread.Join(TimeSpan.FromMilliseconds(100)))
        {
            var began = Interlocked.Read(ref _currentBegan);
            if (began != 0 && Stopwatch.GetElapsedTime(began) > _options.HangsAfter)
            {
                // It cannot be stopped; it is left behind.
                lock (_findings)
                    Report(_current, $"hangs: no end after {_options.HangsAfter.TotalSeconds} s");
                return Result();
            }
        }
        File.Delete(path);
        return failure is null ? Result() : throw new InvalidOperationException($"The run of {_target.Name} failed.", failure);
    }

    private void Loop(CurrentInput file)
    {
        foreach (var regression in Regressions(_target))
            Try(regression, file, isSeed: true, _options.Peer);
        // What the second implementation says of the vectors is known.
        foreach (var seed in _target.Seeds())
            Try(seed, file, isSeed: true, peer: null);
        _edgesOfSeeds = Edges();
        var began = Stopwatch.GetTimestamp();
        while (_inputs < _options.Inputs && Stopwatch.GetElapsedTime(began) < _options.Time && _findings.Count < MaxFindings)
        {
            var input = _target.Mutate(Pick(), Pick(), _random);
            if (input.Length <= _target.MaxLength)
                Try(input, file, isSeed: false, _options.Peer);
        }
    }

    // Half of the time one of the newest: what led to something new may lead further.
    private byte[] Pick() => _random.Next(2) == 0 ? _corpus[^(1 + _random.Next(Math.Min(_corpus.Count, 16)))] : _corpus[_random.Next(_corpus.Count)];

    private void Try(byte[] input, CurrentInput file, bool isSeed, NodePeer? peer)
    {
        if (input.Length > _target.MaxLength)
            return;
        file.Set(input);
        _current = input;
        Coverage.Clear();
        Interlocked.Exchange(ref _currentBegan, Stopwatch.GetTimestamp());
        var found = Judge(_target, input, peer, out var verdict);
        Interlocked.Exchange(ref _currentBegan, 0);
        _inputs++;
        if (found is not null)
            Report(input, found);
        if ((Coverage.IsInstrumented ? Coverage.AddTo(_seen) : _shapes.Add(verdict.Shape ?? "")) || isSeed)
            _corpus.Add(input);
    }

    /// <summary>Runs one input.</summary>
    /// <returns>What does not hold; <see langword="null"/> when all does.</returns>
    public static string? Judge(FuzzTarget target, byte[] input, NodePeer? peer, out Verdict verdict)
    {
        ArgumentNullException.ThrowIfNull(target);
        verdict = default;
        try
        {
            verdict = target.Run(input);
            if (peer is null || target.PeerName is not { } name)
                return null;
            var other = peer.Ask(name, input);
            return other == verdict.Detail ? null : $"the verdicts differ\n  SDK:  {verdict.Detail}\n  Node: {other}";
        }
        catch (BrokenInvariantException exception)
        {
            return exception.Message;
        }
        catch (Exception exception)
        {
            return $"{exception.GetType().Name} escaped: {exception}";
        }
    }

    private void Report(byte[] input, string what)
    {
        // One of each kind: what differs in numbers only is the same, and so is what was thrown at one place.
        var place = what.Split('\n').FirstOrDefault(line => line.StartsWith("   at Concord.Receipts.", StringComparison.Ordinal)) ?? what;
        var kind = string.Concat(place.Where(c => !char.IsAsciiDigit(c)).Take(200));
        if (_findings.ContainsKey(kind))
            return;
        var file = Path.Combine(_options.Folder, $"{_target.Name}-{Convert.ToHexStringLower(SHA256.HashData(input))[..12]}.bin");
        File.WriteAllBytes(file, input);
        _findings.Add(kind, new Finding(what, file));
    }

    private int Edges() => _seen.Count(ranges => ranges != 0);

    private FuzzResult Result() => new(_inputs, Edges(), _edgesOfSeeds, _corpus.Count, [.. _findings.Values]);
}
