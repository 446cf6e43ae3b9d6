package demo

import "github.com/ecusson/ecusson/internal/achievement"

// place is an organisation of the territory. All of them, their people and their
// badges are invented.
type place struct {
	slug, name, kind, town, description, colour string
	who                                         string // name of its administrator
	badges                                      []badge
}

// badge is one of its badges, and to how many of the territory's people it is
// given.
type badge struct {
	content achievement.Content
	given   int
}

func texts(fr, en achievement.Texts) map[string]achievement.Texts {
	return map[string]achievement.Texts{"fr": fr, "en": en}
}

// ROME's and ESCO's skills, by the addresses that package framework knows.
const (
	team     = "http://data.europa.eu/esco/skill/60c78287-22eb-4103-9c8c-28deaa460da0"
	creative = "http://data.europa.eu/esco/skill/c624c6a3-b0ba-4a31-a296-0d433fe47e41"
)

func soft(icon string, shade int, given int, fr, en achievement.Texts) badge {
	fr.Assessor, en.Assessor = "un jury d’enseignants et d’étudiants", "a jury of teachers and students"
	fr.Evidence, en.Evidence = "un récit d’une page et un entretien", "an account of one page and an interview"
	return badge{content: achievement.Content{
		Lang: "fr", Texts: texts(fr, en), Kind: "soft-skill", Level: 2, Assessment: "jury",
		Picture: achievement.Picture{Icon: icon, Shade: shade}, Tags: []string{"vie étudiante"},
	}, given: given}
}

// territory is a corner of Normandy that does not exist.
func territory() []place {
	return []place{
		{
			slug: "batir-ensemble", name: "Bâtir ensemble", kind: "training", town: "Rouen", who: "Hélène Marchand", colour: "#E9A820",
			description: "Le concours des apprentis du bâtiment : une équipe, une maquette, un jury.",
			badges: []badge{
				{content: achievement.Content{
					Lang: "fr", Kind: "participation", Assessment: "participation", Picture: achievement.Picture{Icon: "hard-hat", Division: "rays"},
					Tags: []string{"bâtiment", "concours"},
					Texts: texts(
						achievement.Texts{Name: "Participant", Second: "Concours 2026", Description: "A pris part au concours Bâtir ensemble 2026, du lancement à la présentation des maquettes.", Criteria: "- faire partie d’une équipe inscrite ;\n- construire la maquette avec elle ;\n- être là le jour de la présentation."},
						achievement.Texts{Name: "Participant", Second: "Contest 2026", Description: "Took part in the contest Bâtir ensemble 2026, from its launch to the presentation of the models.", Criteria: "- be in a team that entered;\n- build the model with it;\n- be there on the day of the presentation."}),
				}},
				{content: achievement.Content{
					Lang: "fr", Kind: "achievement", Assessment: "jury", Picture: achievement.Picture{Icon: "bridge", Division: "waves"},
					Tags: []string{"bâtiment", "concours", "projet"}, Validity: achievement.Validity{Years: 5},
					Texts: texts(
						achievement.Texts{Name: "Lauréat", Second: "Concours 2026", Description: "A conçu et présenté en équipe la maquette d’un ouvrage, choisie par un jury de professionnels.", Criteria: "- construire une maquette qui tient debout et respecte le plan ;\n- expliquer ses choix de matériaux devant le jury ;\n- obtenir au moins 14 sur 20 à la grille du jury.", Evidence: "une maquette et un oral de dix minutes", Assessor: "un jury de cinq professionnels"},
						achievement.Texts{Name: "Laureate", Second: "Contest 2026", Description: "Designed and presented with a team the model of a structure, chosen by a jury of professionals.", Criteria: "- build a model that stands and keeps to the plan;\n- explain the choice of materials to the jury;\n- reach at least 14 of 20 points.", Evidence: "a model and a talk of ten minutes", Assessor: "a jury of five professionals"}),
				}},
			},
		},
		{
			slug: "universite-du-bocage", name: "Université du Bocage", kind: "university", town: "Vire", who: "Antoine Lefort", colour: "#F2B93F",
			description: "Ce que l’on apprend en dehors des cours compte aussi : la vie étudiante y est reconnue par des badges, remis par un jury d’enseignants et d’étudiants.",
			badges: []badge{
				soft("megaphone", 0, 24, achievement.Texts{Name: "Communicant", Description: "Sait se faire comprendre, à l’oral comme à l’écrit, de publics différents.", Criteria: "Montrer deux situations où l’on a su adapter son message."},
					achievement.Texts{Name: "Communicator", Description: "Makes themselves understood, in speech and writing, by different audiences.", Criteria: "Show two situations in which the message was adapted."}),
				soft("users-three", 8, 31, achievement.Texts{Name: "Équipier", Description: "Travaille avec les autres, partage et demande de l’aide quand il en faut.", Criteria: "Raconter un travail d’équipe et ce que chacun y a fait."},
					achievement.Texts{Name: "Team player", Description: "Works with others, shares, and asks for help when it is needed.", Criteria: "Tell of a team’s work and of who did what."}),
				soft("compass", -16, 17, achievement.Texts{Name: "Explorateur", Description: "Va vers ce qu’il ne connaît pas, et en rapporte quelque chose.", Criteria: "Présenter une découverte faite hors de son domaine."},
					achievement.Texts{Name: "Explorer", Description: "Goes towards the unknown, and brings something back.", Criteria: "Present a discovery from outside one’s own field."}),
				soft("lightbulb", -26, 12, achievement.Texts{Name: "Créatif", Description: "Trouve des idées neuves et les essaie.", Criteria: "Montrer une idée que l’on a réalisée."},
					achievement.Texts{Name: "Creative", Description: "Finds new ideas and tries them.", Criteria: "Show an idea that became real."}),
			},
		},
		{
			slug: "les-mains-tendues", name: "Les Mains tendues", kind: "association", town: "Évreux", who: "Fatou Diallo", colour: "#4B7420",
			description: "Une association d’entraide : repas, vêtements, coups de main.",
			badges: []badge{
				{given: 38, content: achievement.Content{
					Lang: "fr", Kind: "commitment", Assessment: "organisation", Picture: achievement.Picture{Icon: "hand-heart"}, Tags: []string{"bénévolat"},
					Texts: texts(
						achievement.Texts{Name: "Bénévole", Description: "A donné de son temps à l’association pendant au moins six mois.", Criteria: "Être venu au moins deux fois par mois pendant six mois."},
						achievement.Texts{Name: "Volunteer", Description: "Gave time to the association for at least six months.", Criteria: "Have come at least twice a month for six months."}),
				}},
			},
		},
		{
			slug: "charpentes-lemarchand", name: "Charpentes Lemarchand", kind: "employer", town: "Alençon", who: "Yves Lemarchand", colour: "#A84D0D",
			description: "Charpente et coffrage depuis 1962 : nos savoir-faire se transmettent, et se montrent.",
			badges: []badge{
				{given: 9, content: achievement.Content{
					Lang: "fr", Kind: "know-how", Level: 3, Assessment: "employer", Picture: achievement.Picture{Icon: "hammer"}, Validity: achievement.Validity{Years: 3},
					Texts: texts(
						achievement.Texts{Name: "Coffrage bois", Description: "Monte seul un coffrage en bois, du plan au décoffrage.", Criteria: "- lire le plan ;\n- tracer, couper, assembler ;\n- vérifier l’aplomb ;\n- décoffrer sans dommage.", Evidence: "un chantier terminé", Assessor: "le chef d’atelier"},
						achievement.Texts{Name: "Timber formwork", Description: "Sets up timber formwork alone, from the plan to its removal.", Criteria: "- read the plan;\n- mark out, cut, assemble;\n- check the plumb;\n- strip without damage.", Evidence: "a finished site", Assessor: "the head of the workshop"}),
				}},
				{given: 4, content: achievement.Content{
					Lang: "fr", Kind: "role", Assessment: "employer", Picture: achievement.Picture{Icon: "chalkboard-teacher"},
					Texts: texts(
						achievement.Texts{Name: "Maître d’apprentissage", Description: "Accompagne un apprenti dans l’entreprise.", Criteria: "Avoir suivi un apprenti pendant une année entière."},
						achievement.Texts{Name: "Apprentice master", Description: "Guides an apprentice in the firm.", Criteria: "Have guided an apprentice for a whole year."}),
				}},
			},
		},
	}
}

var givenNames = []string{"Amina", "Yanis", "Léa", "Ibrahim", "Chloé", "Tom", "Maëlys", "Enzo", "Inès", "Lucas", "Jade", "Mehdi", "Zoé", "Hugo", "Nora", "Théo", "Lina", "Noah", "Camille", "Adam", "Manon", "Gabin", "Sarah", "Malo", "Awa", "Jules", "Élise", "Rayan", "Anaïs", "Paul"}
var familyNames = []string{"Benali", "Roger", "Lefèvre", "Sow", "Aubert", "Guérin", "Robin", "Martin", "Petit", "Diop", "Moreau", "Garcia", "Roux", "Fontaine", "Nguyen", "Chevalier", "Masson", "Lambert", "Traoré", "Perrin", "Hubert", "Leroy"}
