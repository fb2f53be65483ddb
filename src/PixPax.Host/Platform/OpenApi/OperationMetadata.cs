using Microsoft.OpenApi;
using PixPax.Host.Platform.Errors;

namespace PixPax.Host.Platform.OpenApi;

/// <summary>What an endpoint says about itself: a parameter that it reads, besides those of its path.</summary>
/// <param name="Name">Its name, as it is sent.</param>
/// <param name="In">The query or a header.</param>
/// <param name="Form">Makes the schema of its value.</param>
/// <param name="Description">What it does.</param>
/// <param name="IsRequired">Whether a request without it is refused.</param>
internal sealed record RequestParameter(string Name, ParameterLocation In, Func<OpenApiSchema> Form, string Description, bool IsRequired = false);

/// <summary>What an endpoint says about itself: what its good answer is like.</summary>
/// <param name="Schema">Makes the schema, or refers to one of the set.</param>
internal sealed record AnswerForm(Func<SchemaSet, IOpenApiSchema> Schema);

/// <summary>What an endpoint says about itself: a header of its good answer, by a name of <see cref="AnswerHeaders"/>.</summary>
internal sealed record AnswerHeader(string Name);

/// <summary>What an endpoint says about itself: that it answers 304 to whoever has the answer already.</summary>
internal sealed record AnswersNotModified;

/// <summary>What an endpoint says about itself: what it may answer instead of what was asked for.</summary>
internal sealed record MayRefuse(params IReadOnlyList<ProblemCode> Codes);

/// <summary>What an endpoint says about itself: an answer with another status that is no problem.</summary>
/// <param name="Status">The status.</param>
/// <param name="Description">What it means.</param>
/// <param name="Schema">Makes the schema.</param>
internal sealed record OtherAnswer(string Status, string Description, Func<SchemaSet, IOpenApiSchema> Schema);
