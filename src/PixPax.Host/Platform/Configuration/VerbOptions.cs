namespace PixPax.Host.Platform.Configuration;

/// <summary>The arguments behind a command: its own options, apart from the settings of the host.</summary>
internal sealed class VerbOptions
{
    private static readonly string[] Frameworks = ["--environment", "--urls", "--contentroot"];

    private readonly string _command;
    private readonly string[] _repeatable;
    private readonly Dictionary<string, List<string>> _values = new(StringComparer.Ordinal);
    private readonly List<string> _settings = [];

    /// <summary>Reads what stands behind a command.</summary>
    /// <param name="command">The command, as it is called.</param>
    /// <param name="args">What stands behind it.</param>
    /// <param name="withValue">Its options that have a value.</param>
    /// <param name="alone">Its options that have none.</param>
    /// <param name="repeatable">Those that may be given more than once.</param>
    /// <exception cref="StartupRefusedException">An option is unknown, given twice, or lacks its value.</exception>
    public VerbOptions(string command, string[] args, string[] withValue, string[] alone, params string[] repeatable)
    {
        (_command, _repeatable) = (command, repeatable);
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

    public string? this[string name] => _values.GetValueOrDefault(name)?[0];

    public IReadOnlyList<string> All(string name) => _values.GetValueOrDefault(name) ?? [];

    public bool Has(string name) => _values.ContainsKey(name);

    public T Required<T>(string name, string wanted, Func<string, T?> parse) where T : struct =>
        (this[name] is { } text ? parse(text) : null) ?? throw Fault($"Give {name}: {wanted}.");

    public string Required(string name, string wanted, Func<string, string?> parse) =>
        (this[name] is { } text ? parse(text) : null) ?? throw Fault($"Give {name}: {wanted}.");

    public StartupRefusedException Fault(string what) => new($"PixPax.Host {_command}: {what} Try: PixPax.Host {_command} --help");

    private static bool IsSetting(string name) => name.StartsWith("--", StringComparison.Ordinal) && (name.Contains(':', StringComparison.Ordinal) || Frameworks.Contains(name, StringComparer.OrdinalIgnoreCase));

    private string Next(string[] args, ref int i, string name) => ++i < args.Length ? args[i] : throw Fault($"{name} lacks its value.");

    private void Add(string name, string value)
    {
        if (_values.TryAdd(name, [value])) return;
        if (!_repeatable.Contains(name)) throw Fault($"{name} is given twice.");
        _values[name].Add(value);
    }
}
