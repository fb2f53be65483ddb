using PixPax.Host.Platform.Configuration;

namespace PixPax.Host.Platform.Keys;

/// <summary>The arguments behind a command about keys: its own options, apart from the settings of the host.</summary>
internal sealed class KeyOptions
{
    private static readonly string[] Frameworks = ["--environment", "--urls", "--contentroot"];

    private readonly string _command;
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly List<string> _settings = [];

    /// <exception cref="StartupRefusedException">An option is unknown, given twice, or lacks its value.</exception>
    public KeyOptions(string command, string[] args, string[] withValue, string[] alone)
    {
        _command = command;
        for (var i = 0; i < args.Length; i++)
        {
            var (name, value) = args[i].IndexOf('=', StringComparison.Ordinal) is > 0 and var at ? (args[i][..at], args[i][(at + 1)..]) : (args[i], null);
            if (name is "--help" or "-h") AsksForHelp = true;
            else if (alone.Contains(name) && value is null) Add(name, "");
            else if (withValue.Contains(name)) Add(name, value ?? Next(args, ref i, name));
            else if (IsSetting(name)) _settings.AddRange(value is null ? [name, Next(args, ref i, name)] : [args[i]]);
            else throw Fault($"It has no option '{args[i]}'.");
        }
    }

    public bool AsksForHelp { get; }

    public string[] Settings => [.. _settings];

    public string? this[string name] => _values.GetValueOrDefault(name);

    public bool Has(string name) => _values.ContainsKey(name);

    public T Required<T>(string name, string wanted, Func<string, T?> parse) where T : struct =>
        (this[name] is { } text ? parse(text) : null) ?? throw Fault($"Give {name}: {wanted}.");

    public string Required(string name, string wanted, Func<string, string?> parse) =>
        (this[name] is { } text ? parse(text) : null) ?? throw Fault($"Give {name}: {wanted}.");

    public StartupRefusedException Fault(string what) => new($"PixPax.Host keys {_command}: {what} Try: PixPax.Host keys {_command} --help");

    private static bool IsSetting(string name) => name.StartsWith("--", StringComparison.Ordinal) && (name.Contains(':', StringComparison.Ordinal) || Frameworks.Contains(name, StringComparer.OrdinalIgnoreCase));

    private string Next(string[] args, ref int i, string name) => ++i < args.Length ? args[i] : throw Fault($"{name} lacks its value.");

    private void Add(string name, string value)
    {
        if (!_values.TryAdd(name, value)) throw Fault($"{name} is given twice.");
    }
}
