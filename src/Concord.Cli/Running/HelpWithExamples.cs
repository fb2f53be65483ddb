using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Concord.Cli.Running;

/// <summary>A command that says how it is used and what its exit codes mean.</summary>
internal sealed class DocumentedCommand(string name, string description, string examples, string exitCodes) : Command(name, description)
{
    public string Examples { get; } = examples;

    public string ExitCodes { get; } = exitCodes;
}

/// <summary>Adds examples and exit codes to the help.</summary>
internal sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
{
    private const string ToolExamples = """
          concord verify garden.receipts.jsonl --trust concord-trust.json
          concord export data -o everything.receipts.jsonl
          concord verify --help
        """;

    private const string ToolExitCodes = """
          0    everything was checked, and is good
          1    something breaks a rule
          2    could not check: usage, or something cannot be read
          3    what could be checked holds; something was not, and it says what
          130  stopped (SIGINT, SIGTERM)
        """;

    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        var result = help.Invoke(parseResult);
        var (examples, exitCodes) = parseResult.CommandResult.Command is DocumentedCommand command ? (command.Examples, command.ExitCodes) : (ToolExamples, ToolExitCodes);
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Examples:");
        output.WriteLine(examples);
        output.WriteLine();
        output.WriteLine("Exit codes:");
        output.WriteLine(exitCodes);
        return result;
    }

    public static string NameOf(Command command) => command is RootCommand ? "concord" : $"concord {command.Name}";
}
