"""Study participants: analysis sets, disposition, protocol deviations, follow-up."""
